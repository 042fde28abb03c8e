/** What the program says of itself, and to what it does not know. */
import { describe, expect, test } from 'vitest'
import { VERSION } from '#shared/version.ts'
import { cliFixture } from './testing/cli-fixture.ts'

const { reprise } = cliFixture()

describe('help', () => {
  test('names all options and has examples', async () => {
    const { code, stdout } = await reprise(['generate', '-h'])
    expect(code).toBe(0)
    expect(stdout).toContain('$ reprise generate "mountains at sunset"')
    expect(stdout).toContain('--max-memory <size>')
  })

  test('the version', async () => {
    expect(await reprise(['--version'])).toMatchObject({ code: 0, stdout: `${VERSION}\n` })
  })

  test('an unknown command names those there are', async () => {
    const { code, stderr } = await reprise(['generat'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/Did you mean generate\?/)
  })

  test('no command: the help, as a refusal', async () => {
    const { code, stderr } = await reprise([])
    expect(code).toBe(2)
    expect(stderr).toContain('Usage: reprise')
  })
})

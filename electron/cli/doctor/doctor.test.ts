import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFixture, jsonLines } from '../testing/cli-fixture.ts'

const fixture = cliFixture()
const { reprise } = fixture

test('a line for each finding', async () => {
  const { stdout } = await reprise(['doctor', '--json'])
  const findings = jsonLines(stdout)
  expect(findings.length).toBeGreaterThan(2)
  for (const { name, state, message } of findings) {
    expect(['good', 'warning', 'bad']).toContain(state)
    expect([typeof name, typeof message]).toEqual(['string', 'string'])
  }
  const plain = await reprise(['doctor'])
  expect(plain.stdout.trim().split('\n')).toHaveLength(findings.length)
})

test('works where the database cannot be opened, and exits 1', async () => {
  await mkdir(fixture.dataDir)
  await writeFile(
    join(fixture.dataDir, 'reprise.sqlite'),
    'this is no database, but long enough to be looked at '.repeat(100),
  )
  const { code, stdout } = await reprise(['doctor'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^bad /m)
})

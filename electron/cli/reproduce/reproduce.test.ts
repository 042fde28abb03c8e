/** `reprise reproduce`, with an engine whose images are grey: as light as the seed's last byte. */
import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cliFixture, jsonLines, type Outcome } from '../testing/cli-fixture.ts'
import { saveImage } from '../testing/save-image.ts'

const fixture = cliFixture()
const { reprise, json } = fixture
const reproduce = (...args: string[]): Promise<Outcome> => reprise(['reproduce', ...args])
/** @returns its id */
async function saved(changes: Parameters<typeof saveImage>[1] = {}): Promise<string> {
  return String((await saveImage(fixture.dataDir, changes)).id)
}

test('the same pixels: bit-exact, exit code 0', async () => {
  const first = await saved({ seed: 7n })
  const second = await saved({ seed: 8n })
  expect(await reproduce(first)).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      `^image ${first}: bit-exact, same pixels\n  recorded:   ([0-9a-f]{64})\n` +
        '  file:       the pixels that were recorded\n  made again: \\1 \\(the same\\)\n$',
    ) as string,
    stderr: '',
  })
  const { code, stdout } = await reproduce('--last', '--json')
  expect(code).toBe(0)
  expect(jsonLines(stdout)).toMatchObject([
    {
      imageId: Number(second),
      outcome: 'bit-exact',
      pixelHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      differingPixels: null,
      maxDifference: null,
      meanDifference: null,
      message: null,
    },
  ])
  expect((await json('history', 'show', second))[0]).toMatchObject({ verdicts: [{ outcome: 'bit-exact' }] })
})

test('other pixels: by how much, exit code 1', async () => {
  const id = await saved({ seed: 7n, grey: 9 })
  const { code, stdout } = await reproduce(id, '--json')
  expect(code).toBe(1)
  expect(jsonLines(stdout)).toMatchObject([
    { imageId: Number(id), outcome: 'different', differingPixels: 64, maxDifference: 2, meanDifference: 2 },
  ])
  expect((await reproduce(id)).stdout).toMatch(/close, 64 pixels differ, by up to 2 of 255, 2 on average, 42.1 dB; /)
})

test('what cannot be made is told, and the others are made', async () => {
  const bad = await saved({ prompt: 'refuse', seed: 1n })
  const good = await saved()
  const { code, stdout } = await reproduce(bad, good, '--json')
  expect(code).toBe(1)
  expect(jsonLines(stdout)).toMatchObject([
    { imageId: Number(bad), outcome: 'failed', pixelHash: null, message: 'no such model' },
    { imageId: Number(good), outcome: 'bit-exact' },
  ])
})

test('a missing file comes back', async () => {
  const id = await saved()
  const [{ path }] = await json('history', 'list')
  await rm(String(path))
  const { code, stdout } = await reproduce(id)
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('has been put back') as string })
})

test.each<[args: string[], message: RegExp]>([
  [[], /--last.*invalid-argument/],
  [['1', '--last'], /--last.*invalid-argument/],
  [['--last'], /no image yet.*not-found/],
  [['12345'], /12345.*not-found/],
  [['x'], /invalid-argument/],
])('refuses %j before anything is computed', async (args, message) => {
  const outcome = await reproduce(...args)
  expect(outcome.stderr).toMatch(message)
  expect(outcome).toMatchObject({ code: 2, stdout: '' })
})

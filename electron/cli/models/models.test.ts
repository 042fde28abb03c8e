/** `reprise models list`, `add`, `remove` and `scan`; `inspect` needs the real engine (test/integration/cli.test.ts). */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFixture, type Outcome } from '../testing/cli-fixture.ts'

const fixture = cliFixture()
const { reprise, json } = fixture
const models = (...args: string[]): Promise<Outcome> => reprise(['models', ...args])
async function folder(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(fixture.workingDir, name), { recursive: true })
    await writeFile(join(fixture.workingDir, name, 'model_index.json'), '{}')
  }
}

test('the starter model is there from the beginning', async () => {
  expect(await json('models', 'list')).toMatchObject([{ isDefault: true }])
  expect((await models('list')).stdout).toMatch(
    /^id +name.*\n\d+\* .*\n\n1 model; \* is what jobs take that name none\n$/,
  )
})

test('add, list, remove', async () => {
  await folder('many/one', 'many/two')
  const names = (lines: Record<string, unknown>[]): unknown[] => lines.map(({ name }) => name)
  expect(names(await json('models', 'add', 'many'))).toEqual(['one', 'two'])
  expect(names(await json('models', 'list'))).toHaveLength(3)
  expect(names(await json('models', 'scan'))).toHaveLength(3)
  expect(names(await json('models', 'remove', 'many'))).toHaveLength(1)
})

test.each<[args: string, code: number, message: RegExp]>([
  ['add nowhere', 1, /model-not-found/],
  ['remove nowhere', 2, /not-found/],
  ['add', 2, /missing required argument/],
  ['show', 2, /list, add, remove, scan, download, downloads, inspect/],
])('refuses %s', async (args, code, message) => {
  const outcome = await models(...args.split(' '))
  expect(outcome.stderr).toMatch(message)
  expect(outcome).toMatchObject({ code, stdout: '' })
})

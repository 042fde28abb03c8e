/** Why: docs/adr/0004-sqlite-driver.md. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))

test('npm ci compiles nothing: after `npm install`, put "gypfile": false back into the lockfile', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, Record<string, unknown>> }
  expect(packages['node_modules/better-sqlite3']).toMatchObject({ gypfile: false })
  expect(read('package.json')).toMatchObject({ allowScripts: { 'better-sqlite3': false } })
})

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { TokenStore } from './token-store.ts'

const dir = mkdtempSync(join(tmpdir(), 'reprise-tokens-'))
const path = join(dir, 'tokens.json')
beforeEach(() => {
  rmSync(path, { force: true })
})
afterAll(() => {
  rmSync(dir, { recursive: true })
})

let hasKeyring = true
let shouldReEncrypt = false
const keyring = {
  isAsyncEncryptionAvailable: () => Promise.resolve(hasKeyring),
  getSelectedStorageBackend: () => 'gnome_libsecret' as const,
  encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(`locked ${text}`)),
  decryptStringAsync: (bytes: Buffer) => {
    const text = bytes.toString()
    if (!text.startsWith('locked ')) return Promise.reject(new Error('another key'))
    return Promise.resolve({ shouldReEncrypt, result: text.slice('locked '.length) })
  },
}
const store = (): TokenStore => new TokenStore(path, keyring)
beforeEach(() => {
  hasKeyring = true
  shouldReEncrypt = false
})

test('a token comes back after the next start; its file is for its owner alone', async () => {
  expect(await store().set('hub', 'secret')).toBe(true)
  expect(await store().get('hub')).toBe('secret')
  expect(await store().get('other')).toBeUndefined()
  expect(store().hosts()).toEqual(['hub'])
  expect(readFileSync(path, 'utf8')).not.toContain('secret')
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0)
})

test('a key that was changed is followed', async () => {
  await store().set('hub', 'secret')
  const before = readFileSync(path, 'utf8')
  shouldReEncrypt = true
  writeFileSync(path, before)
  expect(await store().get('hub')).toBe('secret')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(before))
})

test('without a keyring it lives as long as the app, in place of one that was kept', async () => {
  await store().set('hub', 'old')
  hasKeyring = false
  const now = store()
  expect(await now.set('hub', 'new')).toBe(false)
  expect(await now.get('hub')).toBe('new')
  expect(now.hosts()).toEqual(['hub'])
  expect(await store().get('hub')).toBeUndefined()
  now.remove('hub')
  expect(now.hosts()).toEqual([])
})

test('a damaged file, or one of another machine, is none', async () => {
  for (const text of ['{', '[]', '{"hub":"no base64!"}', '{"hub":"eHh4"}']) {
    writeFileSync(path, text)
    expect(await store().get('hub')).toBeUndefined()
  }
})

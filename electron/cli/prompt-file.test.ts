import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPromptFile } from './prompt-file.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-prompts-'))
})
afterEach(() => rm(root, { recursive: true }))

async function read(content: string | Uint8Array): Promise<string[]> {
  const path = join(root, 'prompts.txt')
  await writeFile(path, content)
  return readPromptFile(path, Readable.from([]))
}

test('one prompt a line; mark, Windows lines and blank ones are taken as they come', async () => {
  expect(await read('\ufeffa house\r\n\r\n  ein Haus, schön \n\t\n家\n')).toEqual(['a house', 'ein Haus, schön', '家'])
})

test('- is standard input', async () => {
  expect(await readPromptFile('-', Readable.from([Buffer.from('a\nb')]))).toEqual(['a', 'b'])
})

test.each([
  ['Latin-1', Buffer.from('fine\nbad caf\xe9\n', 'latin1'), /line 2/],
  ['UTF-16', Buffer.from('\ufeffhouse', 'utf16le'), /UTF-16/],
  ['empty', '', /has no prompt in it/],
  ['blank', '\n \n', /"[^"]*prompts\.txt" has no prompt in it/],
  ['binary', Buffer.from([0x89, 0x50, 0, 0, 1]), /binary/],
  ['far too large', Buffer.alloc(17 * 1024 * 1024, 'a\n'), /larger than 16 MB/],
])('%s is refused', async (_name, content, message) => {
  const reading = read(content)
  await expect(reading).rejects.toMatchObject({ code: 'prompt-file-invalid' })
  await expect(reading).rejects.toThrow(message)
})

test.each([
  ['missing', 'nothing.txt', /does not exist/],
  ['a folder', '.', /is a folder/],
])('%s is refused', async (_name, path, message) => {
  const reading = readPromptFile(join(root, path), Readable.from([]))
  await expect(reading).rejects.toMatchObject({ code: 'prompt-file-invalid' })
  await expect(reading).rejects.toThrow(message)
})

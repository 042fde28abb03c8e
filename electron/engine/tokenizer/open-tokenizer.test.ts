import { readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTokenizer } from './open-tokenizer.ts'

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/tokenizer/', import.meta.url))

interface Cases {
  strings: string[]
  folders: Record<
    string,
    {
      files: Record<string, unknown>
      maxLength: number
      padId: number
      /** Index of the string → ids, without the padding after the first end. */
      ids: Record<string, number[]>
      leftOut: Record<string, string>
    }
  >
}
const cases = JSON.parse(readFileSync(join(FIXTURES, 'cases.json'), 'utf8')) as Cases

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-tokenizer-'))
})
afterAll(() => rm(root, { recursive: true }))

let count = 0
async function folder(files: Record<string, unknown>, base = ['vocab.json', 'merges.txt']): Promise<string> {
  const dir = join(root, `tokenizer-${count++}`)
  await mkdir(dir)
  for (const name of base) await copyFile(join(FIXTURES, name), join(dir, name))
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return dir
}

test.each(Object.entries(cases.folders))('ids are those of transformers: %s', async (name, expected) => {
  const dir = await folder(expected.files, name === 'fast' ? ['tokenizer.json'] : undefined)
  const tokenizer = await openTokenizer(dir, { maxPositionEmbeddings: 77 })
  expect(tokenizer.maxLength).toBe(expected.maxLength)
  for (const [index, ids] of Object.entries(expected.ids)) {
    const text = cases.strings[Number(index)]
    const padding = new Array<number>(expected.maxLength - ids.length).fill(expected.padId)
    expect([...tokenizer.encode(text).ids], JSON.stringify(text)).toEqual([...ids, ...padding])
  }
})

test('what does not fit is told, as diffusers tells it', async () => {
  const { files, ids, leftOut } = cases.folders.sd1
  const tokenizer = await openTokenizer(await folder(files))
  expect(Object.keys(leftOut).length).toBeGreaterThan(5)
  for (const index of Object.keys(ids)) {
    const { truncatedText } = tokenizer.encode(cases.strings[Number(index)])
    const expected = leftOut[index] as string | undefined
    if (truncatedText?.endsWith('…')) {
      expect(truncatedText.length).toBeLessThanOrEqual(301)
      // a cut can fall into the middle of a character
      const shown = truncatedText.slice(0, -1).replace(/\ufffd+$/, '')
      expect(expected!.startsWith(shown.trimEnd()), expected).toBe(true)
    } else expect(truncatedText).toBe(expected)
  }
})

test('half a surrogate pair counts as the replacement character', async () => {
  const tokenizer = await openTokenizer(await folder({}))
  for (const text of ['a\ud83d b', '\udc00', 'x\ud800\ud800']) {
    expect(tokenizer.encode(text)).toEqual(tokenizer.encode(text.toWellFormed()))
  }
})

test('lengths: what the model takes limits what the tokenizer claims', async () => {
  const withLength = (length: unknown) => folder({ 'tokenizer_config.json': { model_max_length: length } })
  const lengthOf = async (length: unknown, maxPositionEmbeddings?: number) =>
    (await openTokenizer(await withLength(length), { maxPositionEmbeddings })).maxLength
  expect(await lengthOf(1e30)).toBe(77)
  expect(await lengthOf(1e30, 32)).toBe(32)
  expect(await lengthOf(undefined, 32)).toBe(32)
  expect(await lengthOf(77, 32)).toBe(32)
  expect(await lengthOf(20, 77)).toBe(20)
  await expect(lengthOf(1)).rejects.toMatchObject({ code: 'tokenizer-invalid' })
  await expect(lengthOf(7.5)).rejects.toMatchObject({ code: 'tokenizer-invalid' })
})

test.each<[string, string]>([
  ['words', 'a cat and a castle '.repeat(100_000)],
  ['one word', 'a'.repeat(2_000_000)],
  ['one word of astral letters', '𝒜'.repeat(1_000_000)],
  ['signs', '!?'.repeat(1_000_000)],
  ['marks on one letter', `e${'\u0301\u0316'.repeat(500_000)}`],
  ['spaces', ' '.repeat(2_000_000)],
  ['special tokens', '<|endoftext|>'.repeat(100_000)],
  ['unfinished special tokens', '<|endoftex'.repeat(100_000)],
  ['quotes', "'".repeat(2_000_000)],
])('megabytes of %s take no more than seconds', async (_what, text) => {
  const tokenizer = await openTokenizer(await folder({}))
  const start = performance.now()
  expect(tokenizer.encode(text).ids).toHaveLength(77)
  expect(performance.now() - start).toBeLessThan(5000)
})

test('vocabSize is what an embedding must hold', async () => {
  const { vocabSize } = await openTokenizer(await folder({}))
  expect(vocabSize).toBe(cases.folders.sd1.padId + 1)
  const more = await openTokenizer(await folder({ 'added_tokens.json': { '<new>': 5 } }))
  expect(more.vocabSize).toBe(vocabSize + 1)
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no vocabulary', { 'vocab.json': '[]' }, /vocab.json is not a JSON object/],
  ['an id of text', { 'vocab.json': { a: '1' } }, /vocab.json: the id of "a"/],
  ['a negative id', { 'vocab.json': { a: -1 } }, /vocab.json: the id of "a"/],
  ['a huge id', { 'vocab.json': { a: 2 ** 40 } }, /vocab.json: the id of "a"/],
  ['a merge of three', { 'merges.txt': '#version: 0.2\na b\na b c\n' }, /merge 2 is not two tokens/],
  ['an unknown merge', { 'merges.txt': 'a \u001b[2Jx\n' }, /merge 1 needs "\\u001b\[2Jx"/],
  ['not UTF-8', { 'merges.txt': Buffer.from([0xff]).toString('latin1') }, /merge 1/],
  ['broken config', { 'tokenizer_config.json': '{' }, /tokenizer_config.json is not JSON/],
  ['padding on the left', { 'tokenizer_config.json': { padding_side: 'left' } }, /on the left/],
  ['no padding token', { 'tokenizer_config.json': { pad_token: null } }, /pad_token is set to nothing/],
  ['a token that is a number', { 'tokenizer_config.json': { bos_token: 7 } }, /neither text nor an object/],
  ['another model', { 'tokenizer.json': { model: { type: 'Unigram', vocab: {} } } }, /its model is "\\"Unigram/],
  ['tokenizer.json without merges', { 'tokenizer.json': { model: { type: 'BPE', vocab: {} } } }, /no merges/],
])('refused: %s', async (_what, files, message) => {
  const failure = openTokenizer(await folder(files))
  await expect(failure).rejects.toMatchObject({ code: 'tokenizer-invalid' })
  await expect(failure).rejects.toThrow(message)
})

test('refused: files that are not there', async () => {
  await expect(openTokenizer(await folder({}, ['vocab.json']))).rejects.toThrow(/neither tokenizer.json nor merges.txt/)
  await expect(openTokenizer(join(root, 'absent'))).rejects.toMatchObject({ code: 'tokenizer-invalid' })
})

test('a byte that the vocabulary lacks is the unknown token, or an error without one', async () => {
  const vocabulary = { a: 0, 'a</w>': 1, '<|startoftext|>': 2, '<|endoftext|>': 3 }
  const files = { 'vocab.json': vocabulary, 'merges.txt': '', 'tokenizer_config.json': { model_max_length: 6 } }
  expect([...(await openTokenizer(await folder(files))).encode('abba').ids]).toEqual([2, 0, 3, 3, 1, 3])
  const without = { ...files, 'tokenizer_config.json': { unk_token: '<unk>', model_max_length: 6 } }
  const tokenizer = await openTokenizer(await folder(without))
  expect(() => tokenizer.encode('abba')).toThrow(expect.objectContaining({ code: 'tokenizer-invalid' }))
})

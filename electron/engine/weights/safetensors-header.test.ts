import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSafetensorsHeader } from './safetensors-header.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reprise-header-'))
})
afterAll(() => rm(dir, { recursive: true }))

let count = 0
async function header(json: unknown, dataBytes: number, declared?: bigint) {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  const body = Buffer.from(text, text.startsWith('\xff') ? 'latin1' : 'utf8')
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(declared ?? BigInt(body.length))
  const file = join(dir, `file-${count++}.safetensors`)
  await writeFile(file, Buffer.concat([length, body, Buffer.alloc(dataBytes)]))
  return readSafetensorsHeader(file)
}
const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: 'F32', shape, data_offsets: [begin, end] })

test('entries come in the order of the data, with offsets from the beginning of the file', async () => {
  const { entries, bytes } = await header(
    { b: f32([2], 4, 12), __metadata__: { format: 'pt' }, scalar: f32([], 0, 4), empty: f32([3, 0], 12, 12) },
    12,
  )
  expect(entries.map((e) => [e.name, e.offset - 8 - bytes.length, e.byteLength, e.shape])).toEqual([
    ['scalar', 0, 4, []],
    ['b', 4, 8, [2]],
    ['empty', 12, 0, [3, 0]],
  ])
})

test('dtypes of less than a byte count in bits', async () => {
  expect((await header({ a: { dtype: 'F4', shape: [3, 2], data_offsets: [0, 3] } }, 3)).entries).toHaveLength(1)
  await expect(header({ a: { dtype: 'F4', shape: [3], data_offsets: [0, 2] } }, 2)).rejects.toThrow(/should not take/)
})

test('names that are special to JavaScript are only names', async () => {
  const { entries } = await header('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4)
  expect(entries[0]?.name).toBe('__proto__')
})

test.each<[string, unknown, number, RegExp]>([
  ['overlap', { a: f32([1], 0, 4), b: f32([1], 2, 6) }, 6, /overlaps/],
  ['same place twice', { a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4, /overlaps/],
  ['hole between', { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12, /hole/],
  ['hole at the start', { a: f32([1], 4, 8) }, 8, /hole/],
  ['bytes of no tensor', { a: f32([1], 0, 4) }, 8, /belong to no tensor/],
  ['past the end', { a: f32([4], 0, 16) }, 8, /past the end/],
  ['reversed offsets', { a: f32([1], 8, 4) }, 8, /before it begins/],
  ['negative offset', { a: f32([1], -4, 0) }, 4, /data_offsets/],
  ['fractional offset', { a: f32([1], 0.5, 4.5) }, 4, /data_offsets/],
  ['huge offset', { a: f32([1], 2 ** 60, 2 ** 60 + 4) }, 4, /data_offsets/],
  ['three offsets', { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4, /data_offsets/],
  ['length is not the shape', { a: f32([2], 0, 4) }, 4, /should not take/],
  ['product overflows', { a: f32([2 ** 50, 2 ** 50, 0], 0, 0) }, 0, /too large/],
  ['negative dim', { a: f32([-1], 0, 4) }, 4, /shape/],
  ['shape is no list', { a: f32('1', 0, 4) }, 4, /shape/],
  ['unknown dtype', { a: { dtype: 'X\u001b[2J', shape: [1], data_offsets: [0, 4] } }, 4, /unknown dtype "X\\u001b/],
  ['dtype of an object', { a: { dtype: 'constructor', shape: [1], data_offsets: [0, 4] } }, 4, /unknown dtype/],
  ['tensor is null', { a: null }, 0, /not described/],
  ['a list', [], 0, /not a JSON object/],
  ['not JSON', '{"a": ', 0, /not JSON/],
  ['not UTF-8', '\xff', 0, /not JSON/],
  ['empty header', '', 0, /not JSON/],
  ['deep nesting', '['.repeat(1_000_000), 0, /nests deeper/],
])('refused: %s', async (_what, json, dataBytes, message) => {
  const failure = header(json, dataBytes)
  await expect(failure).rejects.toMatchObject({ name: 'AppError', code: 'weights-invalid' })
  await expect(failure).rejects.toThrow(message)
  // one line, and nothing of where the file lies
  await expect(failure).rejects.not.toThrow(dir)
  await expect(failure).rejects.not.toThrow(/\n/)
})

test('brackets inside of names do not count as nesting', async () => {
  expect((await header({ '[[[[{{{{"\\': f32([1], 0, 4) }, 4)).entries).toHaveLength(1)
})

test.each([2n ** 64n - 1n, 2n ** 53n, 100_000_001n, 50n])('refused: a header length of %d', async (declared) => {
  await expect(header('{}', 0, declared)).rejects.toMatchObject({ code: 'weights-invalid' })
})

test('refused: too short, absent, a folder', async () => {
  const short = join(dir, 'short.safetensors')
  await writeFile(short, 'abc')
  await expect(readSafetensorsHeader(short)).rejects.toThrow('"short.safetensors": 3 bytes are too few')
  await expect(readSafetensorsHeader(join(dir, 'absent'))).rejects.toThrow('"absent": there is no such file')
  await expect(readSafetensorsHeader(dir)).rejects.toMatchObject({ code: 'weights-invalid' })
})

test.each([
  [`version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 3438167540\n`, /Git LFS pointer/],
  ['<!doctype html><title>Sign in</title>', /web page/],
  ['\0'.repeat(100), /zeros/],
])('what came instead of the file is named: %j', async (text, expected) => {
  const file = join(dir, 'foreign.safetensors')
  await writeFile(file, text)
  await expect(readSafetensorsHeader(file)).rejects.toThrow(expected)
})

test.each([
  [
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 3438167540\n',
    /Git LFS pointer.*git lfs pull/,
  ],
  ['<!DOCTYPE html><html><head><title>Sign in</title></head></html>', /a web page/],
])('a file that is something else is named: %j', async (text, message) => {
  const file = join(dir, `file-${count++}.safetensors`)
  await writeFile(file, text)
  await expect(readSafetensorsHeader(file)).rejects.toThrow(message)
})

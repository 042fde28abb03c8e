import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFloat32, readTensorFile } from './read-tensor.ts'
import { readSafetensorsHeader } from './safetensors-header.ts'
import { writeSafetensors } from './safetensors-writer.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reprise-tensor-'))
})
afterAll(() => rm(dir, { recursive: true }))

test('what is written is read back, and the same tensors give the same bytes', async () => {
  const tensors = new Map([
    ['weight', { shape: [2, 2], data: new Float32Array([1, -0, NaN, Infinity]) }],
    ['scalar', { shape: [], data: new Float32Array([0.1]) }],
    ['empty', { shape: [0, 4], data: new Float32Array() }],
    ['view', { shape: [2], data: new Float32Array([9, 8, 7, 6]).subarray(1, 3) }],
  ])
  const file = join(dir, 'a.safetensors')
  await writeSafetensors(file, tensors)
  const first = await readFile(file)
  await writeSafetensors(file, tensors)
  expect(await readFile(file)).toEqual(first)
  expect(await readTensorFile(file)).toEqual(tensors)
  expect((await readSafetensorsHeader(file)).entries[0].offset % 8).toBe(0)
  expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('a tensor whose data does not fill its shape is not written', async () => {
  const file = join(dir, 'wrong.safetensors')
  const wrong = new Map([['a', { shape: [3], data: new Float32Array(2) }]])
  await expect(writeSafetensors(file, wrong)).rejects.toMatchObject({ code: 'shape-mismatch' })
})

async function halves(dtype: string): Promise<Float32Array> {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i)
  const json = JSON.stringify({ a: { dtype, shape: [65536], data_offsets: [0, 131072] } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  const file = join(dir, `${dtype}.safetensors`)
  await writeFile(file, Buffer.concat([length, Buffer.from(json), new Uint8Array(all.buffer)]))
  return (await readTensorFile(file)).get('a')!.data
}

test('all 65536 half floats widen exactly', async () => {
  const expected = Float32Array.from(new Float16Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer))
  // Object.is tells -0 from 0, and takes all NaNs as one
  expect((await halves('F16')).every((value, i) => Object.is(value, expected[i]))).toBe(true)
})

test('all 65536 bfloat16 are the upper halves of float32', async () => {
  const widened = new Uint32Array((await halves('BF16')).buffer)
  expect(widened.every((bits, i) => bits === i * 65536)).toBe(true)
})

test('a file that became shorter since its header was read', async () => {
  const file = join(dir, 'shrunk.safetensors')
  await writeSafetensors(file, new Map([['a', { shape: [4], data: new Float32Array(4) }]]))
  const [entry] = (await readSafetensorsHeader(file)).entries
  await truncate(file, entry.offset + 8)
  await expect(readFloat32(entry)).rejects.toMatchObject({ code: 'weights-invalid' })
})

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWeights } from './open-weights.ts'
import { readFloat32 } from './read-tensor.ts'
import { writeSafetensors } from './safetensors-writer.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-weights-'))
})
afterAll(() => rm(root, { recursive: true }))

let count = 0
/** A component folder: file name → tensor names (each one element, its value the tensor's place), or JSON. */
async function folder(files: Record<string, string[] | object | string>): Promise<string> {
  const dir = join(root, `component-${count++}`)
  await mkdir(dir)
  for (const [name, content] of Object.entries(files)) {
    if (Array.isArray(content)) {
      const tensors = content.map((n, i) => [n as string, { shape: [1], data: new Float32Array([i]) }] as const)
      await writeSafetensors(join(dir, name), new Map(tensors))
    } else await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return dir
}
const open = (dir: string) => openWeights(dir, 'model', 'text_encoder')
const fileNames = async (dir: string) => (await open(dir)).files.map((file) => basename(file))

test('the plain file is taken before shards and variants, fp16 before other variants', async () => {
  const all = {
    'model.safetensors': ['a'],
    'model.fp16.safetensors': ['a'],
    'model.non_ema.safetensors': ['a'],
    'other.safetensors': ['a'],
  }
  expect(await fileNames(await folder(all))).toEqual(['model.safetensors'])
  expect(
    await fileNames(await folder({ ...all, 'model.safetensors': '' }).then(removeOf('model.safetensors'))),
  ).toEqual(['model.fp16.safetensors'])
  expect(await fileNames(await folder({ 'model.non_ema.safetensors': ['a'] }))).toEqual(['model.non_ema.safetensors'])
  await expect(open(await folder({ 'model.x.safetensors': ['a'], 'model.y.safetensors': ['a'] }))).rejects.toThrow(
    /several variants/,
  )
})
const removeOf = (name: string) => async (dir: string) => {
  await rm(join(dir, name))
  return dir
}

test('shards: each tensor out of the file that the index names', async () => {
  const dir = await folder({
    'model-00001-of-00002.safetensors': ['a', 'b', 'both'],
    'model-00002-of-00002.safetensors': ['both', 'c'],
    'model.safetensors.index.json': {
      weight_map: {
        c: 'model-00002-of-00002.safetensors',
        both: 'model-00002-of-00002.safetensors',
        a: 'model-00001-of-00002.safetensors',
      },
    },
  })
  const weights = await open(dir)
  expect([...weights.names()].sort()).toEqual(['a', 'both', 'c'])
  expect(await readFloat32(weights.require('both', [1]))).toEqual(new Float32Array([0]))
  expect(weights.files).toHaveLength(2)
  expect(weights.has('b')).toBe(false)
})

test('what only the index names is missed by whoever asks for it', async () => {
  const index = { weight_map: { a: 'shard.safetensors', ghost: 'shard.safetensors' } }
  const weights = await open(await folder({ 'shard.safetensors': ['a'], 'model.safetensors.index.json': index }))
  expect([...weights.names()]).toEqual(['a'])
  expect(() => weights.require('ghost', [1])).toThrow(/no tensor "ghost"/)
})

test('shards of a variant, by its own index', async () => {
  const shard = 'model.fp16-00001-of-00001.safetensors'
  const dir = await folder({ [shard]: ['a'], 'model.safetensors.index.fp16.json': { weight_map: { a: shard } } })
  expect(await fileNames(dir)).toEqual([shard])
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a shard outside', { weight_map: { a: '../x.safetensors' } }, /not in a safetensors file of this folder/],
  ['an absolute shard', { weight_map: { a: '/x.safetensors' } }, /not in a safetensors file of this folder/],
  ['a backslash', { weight_map: { a: '..\\x.safetensors' } }, /not in a safetensors file of this folder/],
  ['a drive', { weight_map: { a: 'c:x.safetensors' } }, /not in a safetensors file of this folder/],
  ['a number', { weight_map: { a: 1 } }, /not in a safetensors file of this folder/],
  ['an absent shard', { weight_map: { a: 'absent.safetensors' } }, /"absent.safetensors": there is no such file/],
  ['no map', {}, /no weight_map/],
])('a refused index: %s', async (_what, index, message) => {
  const dir = await folder({ 'shard.safetensors': ['a'], 'model.safetensors.index.json': index })
  await expect(open(dir)).rejects.toMatchObject({ code: 'weights-invalid' })
  await expect(open(dir)).rejects.toThrow(message)
})

test('without safetensors the message says what to do', async () => {
  await expect(open(await folder({ 'pytorch_model.bin': '' }))).rejects.toThrow(/"pytorch_model.bin" is a pickle/)
  await expect(open(await folder({}))).rejects.toMatchObject({
    code: 'model-component-missing',
    message: 'text_encoder: no model.safetensors in its folder; download the safetensors weights into it',
  })
  await expect(open(join(root, 'absent'))).rejects.toMatchObject({ code: 'model-component-missing' })
})

test('a link is followed, a link to nothing is not taken for weights', async () => {
  const target = await folder({ 'blob.safetensors': ['a'] })
  const dir = await folder({})
  await symlink(join(target, 'blob.safetensors'), join(dir, 'model.safetensors'))
  expect((await open(dir)).has('a')).toBe(true)
  const broken = await folder({})
  await symlink('/absent', join(broken, 'model.safetensors'))
  await expect(open(broken)).rejects.toMatchObject({ code: 'weights-invalid' })
})

test('require: names, shapes and dtypes', async () => {
  const dir = await folder({})
  const data = new Float32Array([1, 2, 3, 4, 5, 6])
  await writeSafetensors(
    join(dir, 'model.safetensors'),
    new Map([
      ['conv', { shape: [2, 3, 1, 1], data }],
      ['linear', { shape: [2, 3], data }],
    ]),
  )
  const weights = await open(dir)
  expect(weights.require('conv', [2, 3]).shape).toEqual([2, 3])
  expect(weights.require('linear', [2, 3, 1, 1]).shape).toEqual([2, 3, 1, 1])
  expect(await readFloat32(weights.require('linear', [2, 3]))).toEqual(data)
  expect(() => weights.require('conv', [3, 2])).toThrow(
    expect.objectContaining({
      code: 'tensor-shape-mismatch',
      message: 'text_encoder: tensor "conv" should be [3, 2] by the config but is [2, 3, 1, 1]',
    }),
  )
  expect(() => weights.require('absent', [1])).toThrow(expect.objectContaining({ code: 'tensor-missing' }))

  const json = '{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}'
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  await writeFile(join(dir, 'model.safetensors'), Buffer.concat([length, Buffer.from(json), Buffer.alloc(8)]))
  const integers = await open(dir)
  expect(integers.get('a')?.dtype).toBe('I64')
  expect(() => integers.require('a', [1])).toThrow(expect.objectContaining({ code: 'dtype-unsupported' }))
})

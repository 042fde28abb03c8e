import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { checkTracePath, createTrace } from './trace.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(() => rm(root, { recursive: true }))

const step = (number: number, items: number[], values: number[], width = 1): GenerationEvent => ({
  type: 'step',
  items,
  step: number,
  stepsPerImage: 2,
  latents: { shape: [items.length, 2, 1, width], data: Float32Array.from(values) },
})

test('puts micro-batches together in the order of the images', async () => {
  const trace = createTrace(3)
  trace.add(step(1, [2, 0], [5, 6, 1, 2]))
  trace.add(step(2, [2, 0], [50, 60, 10, 20]))
  trace.add(step(1, [1], [3, 4]))
  trace.add(step(2, [1], [30, 40]))
  const path = join(root, 'trace.safetensors')
  await trace.write(path)

  const bytes = await readFile(path)
  const headerEnd = 8 + Number(bytes.readBigUInt64LE())
  const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<string, object>
  expect(Object.keys(header)).toEqual(['latents.0001', 'latents.0002'])
  expect(header['latents.0001']).toEqual({ dtype: 'F32', shape: [3, 2, 1, 1], data_offsets: [0, 24] })
  const values = Array.from({ length: 12 }, (_, index) => bytes.readFloatLE(headerEnd + index * 4))
  expect(values).toEqual([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60])
})

test('a place where no file can be is found before the run', async () => {
  await writeFile(join(root, 'file'), '')
  await checkTracePath(join(root, 'new'))
  for (const path of ['missing/trace', 'file/trace', '.']) {
    await expect(checkTracePath(join(root, path))).rejects.toMatchObject({ code: 'output-not-writable' })
  }
})

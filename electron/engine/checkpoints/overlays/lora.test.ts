import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GraphBuilder } from '#engine/onnx/graph-builder.ts'
import { RuntimeSession } from '#engine/runtime/session.ts'
import { CPU_FLOAT32 } from '#engine/runtime/target.ts'
import { readSafetensorsHeader } from '#engine/weights/safetensors-header.ts'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import { weightsFrom } from '#engine/weights/open-weights.ts'
import type { Checkpoint } from '../checkpoint.ts'
import { applyLoras } from './apply-loras.ts'
import { openLoras } from './open-lora.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-lora-'))
})
afterAll(() => rm(root, { recursive: true }))

const count = (shape: readonly number[]) => shape.reduce((all, n) => all * n, 1)
/** Some values that differ. */
const values = (shape: readonly number[], seed: number) =>
  Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(seed * 7 + i * 1.3))
const W = { linear: [4, 6], conv: [4, 6, 3, 3] } as const

async function file(name: string, shapes: Record<string, readonly number[] | number>): Promise<string> {
  const path = join(root, name)
  const tensors = Object.entries(shapes).map(([key, shape], i) =>
    typeof shape === 'number'
      ? ([key, { shape: [], data: Float32Array.of(shape) }] as const)
      : ([key, { shape, data: values(shape, i + 1) }] as const),
  )
  await writeSafetensors(path, new Map(tensors))
  return path
}

async function merged(kind: keyof typeof W, shapes: Record<string, readonly number[] | number>, weight = 0.5) {
  const base = await file('base.safetensors', { 'a.b.weight': W[kind] })
  const { entries } = await readSafetensorsHeader(base)
  const weights = weightsFrom('unet', [base], new Map(entries.map((entry) => [entry.name, entry])))
  const loras = await openLoras([{ path: await file('l.safetensors', shapes), weight }])
  const plain = { name: 'm', components: new Map([['unet', { weights }]]) } as unknown as Checkpoint
  const { checkpoint, warnings } = applyLoras(plain, loras)
  const graph = new GraphBuilder('g')
  const entry = checkpoint.components.get('unet')!.weights.require('a.b.weight', W[kind])
  graph.output(graph.weight(entry), 'out', W[kind])
  const session = await RuntimeSession.create(graph.finish(), { target: CPU_FLOAT32, threads: 1 })
  const { out } = await session.run({})
  await session.release()
  const before = values(W[kind], 1)
  return { delta: out.data.map((x, i) => (x - before[i]) / weight), warnings }
}

function close(found: Float32Array, expected: (i: number) => number) {
  for (const [i, x] of found.entries()) expect(x).toBeCloseTo(expected(i), 4)
}
/** Element [row, column] of the product of two matrices given by seeds. */
const product = (a: Float32Array, b: Float32Array, rank: number, columns: number) => (i: number) => {
  const [row, column] = [Math.floor(i / columns), i % columns]
  let sum = 0
  for (let k = 0; k < rank; k++) sum += a[row * rank + k] * b[k * columns + column]
  return sum
}

test.each(['lora_unet_a_b.lora_', 'unet.a.b.lora.'])('linear LoRA as %s, with alpha / rank', async (prefix) => {
  const alpha: Record<string, number> = prefix.includes('unet_')
    ? { 'lora_unet_a_b.alpha': 1 }
    : { 'unet.a.b.alpha': 1 }
  const { delta } = await merged('linear', {
    [`${prefix}up.weight`]: [4, 2],
    [`${prefix}down.weight`]: [2, 6],
    ...alpha,
  })
  const p = product(values([4, 2], 1), values([2, 6], 2), 2, 6)
  close(delta, (i) => p(i) / 2)
})

test('convolution, PEFT names', async () => {
  const { delta } = await merged('conv', {
    'base_model.model.a.b.lora_B.weight': [4, 2, 1, 1],
    'base_model.model.a.b.lora_A.weight': [2, 6, 3, 3],
  })
  close(delta, product(values([4, 2], 1), values([2, 54], 2), 2, 54))
})

test('LoCon with a kernel between the ranks', async () => {
  const { delta } = await merged('conv', {
    'lora_unet_a_b.lora_up.weight': [4, 2, 1, 1],
    'lora_unet_a_b.lora_down.weight': [2, 6, 1, 1],
    'lora_unet_a_b.lora_mid.weight': [2, 2, 3, 3],
  })
  const [up, down, mid] = [values([4, 2], 1), values([2, 6], 2), values([2, 2, 9], 3)]
  close(delta, (n) => {
    const [o, i, k] = [Math.floor(n / 54), Math.floor(n / 9) % 6, n % 9]
    let sum = 0
    for (let r = 0; r < 2; r++)
      for (let s = 0; s < 2; s++) sum += up[o * 2 + r] * mid[(r * 2 + s) * 9 + k] * down[s * 6 + i]
    return sum
  })
})

test('LoHa', async () => {
  const names = ['w1_a', 'w1_b', 'w2_a', 'w2_b'].map((part) => `lora_unet_a_b.hada_${part}`)
  const { delta } = await merged('linear', {
    [names[0]]: [4, 2],
    [names[1]]: [2, 6],
    [names[2]]: [4, 2],
    [names[3]]: [2, 6],
  })
  const a = product(values([4, 2], 1), values([2, 6], 2), 2, 6)
  const b = product(values([4, 2], 3), values([2, 6], 4), 2, 6)
  close(delta, (i) => a(i) * b(i))
})

test('LoKr, both whole: alpha does not count', async () => {
  const { delta } = await merged('conv', {
    'lora_unet_a_b.lokr_w1': [2, 3],
    'lora_unet_a_b.lokr_w2': [2, 2, 3, 3],
    'lora_unet_a_b.alpha': 9,
  })
  const [w1, w2] = [values([2, 3], 1), values([2, 2, 9], 2)]
  close(delta, (n) => {
    const [o, i, k] = [Math.floor(n / 54), Math.floor(n / 9) % 6, n % 9]
    return w1[Math.floor(o / 2) * 3 + Math.floor(i / 2)] * w2[((o % 2) * 2 + (i % 2)) * 9 + k]
  })
})

test.each(['input', 'output'] as const)('DoRA with norms of each %s', async (of) => {
  const { delta } = await merged('linear', {
    'lora_unet_a_b.lora_up.weight': [4, 2],
    'lora_unet_a_b.lora_down.weight': [2, 6],
    'lora_unet_a_b.dora_scale': of === 'input' ? [1, 6] : [4, 1],
  })
  const before = values([4, 6], 1)
  const p = product(values([4, 2], 1), values([2, 6], 2), 2, 6)
  const sum = before.map((x, i) => x + p(i))
  const norms = values(of === 'input' ? [6] : [4], 3)
  const line = (i: number) => (of === 'input' ? i % 6 : Math.floor(i / 6))
  close(delta, (i) => {
    const norm = Math.hypot(...sum.filter((_, j) => line(j) === line(i)))
    return (sum[i] * norms[line(i)]) / norm - before[i]
  })
})

test('what does not match is named and counted; another family is refused', async () => {
  const { warnings } = await merged('linear', { 'lora_unet_a_b.diff': [4, 6], 'lora_unet_x.diff': [1], other: [1] })
  expect(warnings).toEqual([expect.stringMatching(/2 of its parts are not used.*other.*lora_unet_x/)])
  await expect(merged('linear', { 'lora_unet_a_b.diff': [4, 8] })).rejects.toMatchObject({ code: 'lora-mismatch' })
  await expect(merged('linear', { 'lora_unet_x.diff': [4, 6] })).rejects.toMatchObject({ code: 'lora-mismatch' })
  await expect(merged('linear', { 'x.weight': [4, 6] })).rejects.toMatchObject({ code: 'lora-mismatch' })
  await expect(
    openLoras([
      { path: 'a/x.safetensors', weight: 1 },
      { path: 'b/x.safetensors', weight: 1 },
    ]),
  ).rejects.toMatchObject({ code: 'invalid-argument' })
})

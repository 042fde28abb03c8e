import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import { openCheckpoint } from './open-checkpoint.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-checkpoint-'))
})
afterAll(() => rm(root, { recursive: true }))

test('a path that leads nowhere', async () => {
  await expect(openCheckpoint(join(root, 'no.safetensors'))).rejects.toMatchObject({ code: 'model-not-found' })
})

test('a pickle is refused with the reason and the way out, whatever it is called', async () => {
  const pickle = Buffer.from('PK\u0003\u0004archive/data.pkl')
  for (const name of ['model.ckpt', 'model.safetensors']) {
    await writeFile(join(root, name), pickle)
    await expect(openCheckpoint(join(root, name))).rejects.toThrow(/can run code: get the safetensors form/)
  }
})

test('a part of a model, and what is no model', async () => {
  const one = { shape: [1], data: Float32Array.of(1) }
  const file = join(root, 'part.safetensors')
  await writeSafetensors(file, new Map([['some.weight', one]]))
  await expect(openCheckpoint(file)).rejects.toMatchObject({ code: 'architecture-unsupported' })
})

test('what lies beside a file is checked', async () => {
  const file = join(root, 'own.safetensors')
  await writeSafetensors(file, new Map([['some.weight', { shape: [1], data: Float32Array.of(1) }]]))
  await writeFile(join(root, 'own.reprise.json'), JSON.stringify({ predictionType: 'x' }))
  await expect(openCheckpoint(file)).rejects.toThrow(/own.reprise.json: predictionType is wrong/)
})

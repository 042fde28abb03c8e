/** A LoRA changes an image, always in the same way, and leaves nothing behind when it is taken away. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { GenerationRequest } from '#shared/generation.ts'
import { openCheckpoint } from '#engine/checkpoints/open-checkpoint.ts'
import { writeSafetensors } from '#engine/weights/safetensors-writer.ts'
import { PIPELINES_DIR, runGeneration } from './run-generation.ts'

it('is bit-equal over threads and after switching back and forth', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'reprise-lora-'))
  try {
    const modelDir = path.join(PIPELINES_DIR, 'models/sd1')
    const { weights } = (await openCheckpoint(modelDir)).components.get('unet')!
    const names = [...weights.names()].filter((name) => /(to_q|conv1|ff\.net\.0\.proj)\.weight$/.test(name))
    const tensors = names.map((name, i) => {
      const { shape } = weights.get(name)!
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, j) => Math.sin(i + j) / 20)
      return [`lora_unet_${name.slice(0, -7).replaceAll('.', '_')}.diff`, { shape, data }] as const
    })
    const file = path.join(folder, 'style.safetensors')
    await writeSafetensors(file, new Map(tensors))
    const make = async (weight?: number, threads = 1) => {
      const request: GenerationRequest = {
        kind: 'text-to-image',
        modelDir,
        items: [{ prompt: 'a red house', negativePrompt: '', seed: 1n }],
        numInferenceSteps: 2,
        widthPx: 64,
        heightPx: 64,
        threads,
        ...(weight !== undefined && { loras: [{ path: file, weight }] }),
      }
      return (await runGeneration(request)).images[0].pixelHash
    }
    const plain = await make()
    const styled = await make(1)
    expect(styled).not.toBe(plain)
    expect(await make(-1)).not.toBe(styled)
    expect([await make(), await make(0), await make(1), await make(1, 2)]).toEqual([plain, plain, styled, styled])
  } finally {
    await rm(folder, { recursive: true })
  }
})

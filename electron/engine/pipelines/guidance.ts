/** Classifier-free guidance: what the prompt gives, weighed against what the negative prompt gives. */
import type { Denoiser } from '#engine/architectures/architecture.ts'
import { stackConditionings, type Conditioning } from '#engine/conditioning/conditioning.ts'
import { stackRows } from '#engine/tensor/rows.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'

export interface GuidedConditioning {
  /** One for each image. */
  readonly positive: readonly Conditioning[]
  /** One for each image; empty where guidance needs no unconditional pass. */
  readonly negative: readonly Conditioning[]
}

/** A denoiser with everything but the sample and the timestep settled. */
export type Predict = (sample: Tensor, timestep: number) => Promise<Float32Array>

/** Runs both passes as one batch, the negative rows first, as diffusers does. */
export function guided(denoiser: Denoiser, conditioning: GuidedConditioning, guidanceScale: number): Predict {
  const { positive, negative } = conditioning
  const all = stackConditionings([...negative, ...positive])
  if (negative.length === 0) return async (sample, timestep) => (await denoiser.predict(sample, timestep, all)).data
  return async (sample, timestep) => {
    const both = await denoiser.predict(stackRows([sample, sample]), timestep, all)
    return guide(both.data, guidanceScale)
  }
}

/** uncond + s · (cond − uncond), float32; the first half of `both` is unconditional. */
function guide(both: Float32Array, scale: number): Float32Array {
  const half = both.length / 2
  const out = new Float32Array(half)
  const s = Math.fround(scale)
  for (let i = 0; i < half; i++) {
    const unconditional = both[i]
    out[i] = unconditional + Math.fround(s * Math.fround(both[half + i] - unconditional))
  }
  return out
}

/**
 * Whole runs against diffusers (test/oracles/schedulers.py), with the same stand-in for the UNet.
 *
 * Bit-equal to diffusers computed with correctly rounded √, ln and exp. How far plain diffusers is from that, because
 * its library rounds those three otherwise on some processors, was measured when the fixture was made: at most
 * 1e-5 · max(1, |x|) for each element of each step, up to 50 steps. A last place more is lost over hundreds of steps,
 * and where the first σ is 4096 (zero terminal SNR) and the sample, of that size, cancels down to 1.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SCHEDULERS, SIGMA_SCHEDULES } from '#shared/names.ts'
import { createScheduler } from './create-scheduler.ts'
import { imageToImageBeginIndex } from './image-to-image-begin.ts'

const f32 = Math.fround
/** Of plain diffusers, relative to max(1, |x|). */
const TOLERANCE = 1e-5
const TOLERANCE_ILL_CONDITIONED = 3e-4
const COUNT = 12

const floats = z.string().transform((base64) => {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  return new Float32Array(bytes.buffer)
})
const fixture = z
  .object({
    cases: z.array(
      z.object({
        group: z.string(),
        config: z.record(z.string(), z.unknown()),
        steps: z.number(),
        name: z.enum(SCHEDULERS).optional(),
        sigmas: z.enum(SIGMA_SCHEDULES).optional(),
        asInPipeline: z.boolean(),
        strength: z.number().optional(),
        beginIndex: z.number().optional(),
        plainError: z.number(),
        initNoiseSigma: z.number(),
        timesteps: floats,
        noiseCalls: z.number(),
        start: floats,
        stored: z.array(z.number()),
        latents: z.array(floats),
        /** What the step in the middle predicts; none for PNDM. */
        original: floats.optional(),
      }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../../../test/fixtures/schedulers/trajectories.json', import.meta.url), 'utf8')),
  )

/** Multiples of 1/256 in [−2, 2), as in the oracle. */
function pattern(factor: number, offset: number, modulus: number): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, k) => ((k * factor + offset) % modulus) / 256 - 2)
}
const LATENTS = pattern(389, 11, 1021)
const ORIGINAL = pattern(211, 5, 1019)
const MODEL_BIAS = pattern(37, 3, 128).map((value) => value + 2)

function model(sample: Float32Array, timestep: number): Float32Array {
  const slope = f32(f32(f32(timestep) * 2 ** -11) + 0.25)
  return sample.map((x, k) => {
    const bent = f32(f32(0.75 * x) / f32(f32(x * x) + 1))
    return f32(f32(f32(slope * x) + bent) - f32(0.125 * MODEL_BIAS[k]))
  })
}

describe.each(['grid', 'variations', 'changes', 'image-to-image'])('trajectories: %s', (group) => {
  const cases = fixture.cases.filter((one) => one.group === group)
  it.each(
    cases.map((one) => {
      const { config, name, steps, sigmas, strength } = one
      return [JSON.stringify({ name, steps, sigmas, strength, config }), one] as const
    }),
  )('%s', (_title, one) => {
    const scheduler = createScheduler({
      config: one.config,
      name: one.name,
      numInferenceSteps: one.steps,
      sigmas: one.sigmas,
      asInPipeline: one.asInPipeline,
      beginIndex: one.strength === undefined ? undefined : imageToImageBeginIndex(one.steps, one.strength),
    })
    expect(Float32Array.from(scheduler.timesteps)).toEqual(one.timesteps)
    expect(scheduler.initNoiseSigma).toBe(one.initNoiseSigma)

    let noiseCalls = 0
    const noise = () => {
      noiseCalls += 1
      return pattern(131, 177 * noiseCalls, 1013)
    }
    const start =
      one.strength === undefined
        ? LATENTS.map((value) => value * scheduler.initNoiseSigma)
        : scheduler.addNoise(ORIGINAL, LATENTS, 0)
    expect(start).toEqual(one.start)
    let latents = start
    for (const [i, timestep] of scheduler.timesteps.entries()) {
      const output = model(scheduler.scaleModelInput(latents, i), timestep)
      if (i === Math.floor((scheduler.timesteps.length - 1) / 2) && one.original !== undefined) {
        expect(scheduler.predictedOriginal(output, i, latents), `original at step ${i}`).toEqual(one.original)
      }
      latents = scheduler.step(output, i, latents, noise)
      const stored = one.stored.indexOf(i)
      if (stored >= 0) expect(latents, `step ${i}`).toEqual(one.latents[stored])
    }
    expect(noiseCalls).toBe(one.noiseCalls)
    const isWellConditioned = one.steps <= 50 && one.config.rescale_betas_zero_snr !== true
    expect(one.plainError).toBeLessThanOrEqual(isWellConditioned ? TOLERANCE : TOLERANCE_ILL_CONDITIONED)
  })
})

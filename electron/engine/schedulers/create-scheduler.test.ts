import { describe, expect, it } from 'vitest'
import { SCHEDULERS } from '#shared/names.ts'
import type { SchedulerName } from '#shared/names.ts'
import { createScheduler, schedulerNameOf } from './create-scheduler.ts'

const sd15 = {
  _class_name: 'PNDMScheduler',
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  beta_start: 0.00085,
  num_train_timesteps: 1000,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  trained_betas: null,
  clip_sample: false,
}
const classNames: Record<SchedulerName, string> = {
  ddim: 'DDIMScheduler',
  pndm: 'PNDMScheduler',
  euler: 'EulerDiscreteScheduler',
  euler_a: 'EulerAncestralDiscreteScheduler',
  dpmpp_2m: 'DPMSolverMultistepScheduler',
}
const noNoise = () => {
  throw new Error('no noise expected')
}

describe('schedulerNameOf', () => {
  it.each(SCHEDULERS)('knows the class of %s', (name) => {
    expect(schedulerNameOf({ _class_name: classNames[name] })).toBe(name)
  })

  it('lists what is supported when the class is another one', () => {
    expect(() => schedulerNameOf({ _class_name: 'LCMScheduler' })).toThrow(
      expect.objectContaining({
        code: 'architecture-unsupported',
        message: expect.stringMatching(/"LCMScheduler".*DDIMScheduler.*DPMSolverMultistepScheduler/) as string,
      }),
    )
  })

  it.each([undefined, null, 7, {}, { _class_name: 3 }])('refuses %j', (config) => {
    expect(() => schedulerNameOf(config)).toThrow(expect.objectContaining({ code: 'model-config-invalid' }))
  })
})

describe('createScheduler refuses', () => {
  it.each([
    ['DDIMScheduler', 'thresholding', true],
    ['DDIMScheduler', 'beta_schedule', 'sigmoid'],
    ['DDIMScheduler', 'timestep_spacing', 'quadratic'],
    ['PNDMScheduler', 'prediction_type', 'sample'],
    ['EulerDiscreteScheduler', 'use_beta_sigmas', true],
    ['EulerDiscreteScheduler', 'interpolation_type', 'cubic'],
    ['EulerAncestralDiscreteScheduler', 'prediction_type', 'sample'],
    ['DPMSolverMultistepScheduler', 'algorithm_type', 'sde-dpmsolver++'],
    ['DPMSolverMultistepScheduler', 'solver_order', 4],
    ['DPMSolverMultistepScheduler', 'prediction_type', 'flow_prediction'],
    ['DPMSolverMultistepScheduler', 'use_flow_sigmas', true],
    ['DPMSolverMultistepScheduler', 'variance_type', 'learned_range'],
  ])('%s with %s %j by name', (className, field, value) => {
    const config = { _class_name: className, [field]: value }
    expect(() => createScheduler({ config, numInferenceSteps: 5 })).toThrow(
      expect.objectContaining({
        code: 'architecture-unsupported',
        data: { scheduler: className, field },
        message: expect.stringContaining(`${className} with ${field} `) as string,
      }),
    )
  })

  it.each([
    ['num_train_timesteps', 0],
    ['num_train_timesteps', 1e9],
    ['num_train_timesteps', '1000'],
    ['beta_start', null],
    ['trained_betas', [0.1, 0.2]],
    ['steps_offset', 0.5],
    ['skip_prk_steps', 1],
  ])('a config with %s %j', (field, value) => {
    const config = { ...sd15, [field]: value }
    expect(() => createScheduler({ config, numInferenceSteps: 5, asInPipeline: false })).toThrow(
      expect.objectContaining({ code: 'model-config-invalid', data: { scheduler: 'PNDMScheduler', field } }),
    )
  })

  it.each([0, -1, 1001, 2.5, Number.NaN])('%s steps', (numInferenceSteps) => {
    expect(() => createScheduler({ config: sd15, numInferenceSteps })).toThrow(
      expect.objectContaining({
        code: 'steps-out-of-range',
        message: expect.stringContaining('1 to 1000') as string,
      }),
    )
  })

  it('every timestep with an offset, which would start outside the noise schedule', () => {
    expect(() => createScheduler({ config: sd15, numInferenceSteps: 1000 })).toThrow(
      expect.objectContaining({ code: 'steps-out-of-range' }),
    )
    expect(createScheduler({ config: sd15, numInferenceSteps: 999 }).timesteps[0]).toBe(999)
  })

  it('fewer steps than Runge–Kutta takes', () => {
    const config = { ...sd15, skip_prk_steps: false }
    expect(() => createScheduler({ config, numInferenceSteps: 3 })).toThrow(
      expect.objectContaining({ code: 'steps-out-of-range', data: { numInferenceSteps: 3, min: 4 } }),
    )
  })

  it.each(['ddim', 'pndm', 'euler_a'] as const)('Karras sigmas for %s', (name) => {
    expect(() => createScheduler({ config: sd15, name, sigmas: 'karras', numInferenceSteps: 5 })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining('euler, dpmpp_2m') as string,
      }),
    )
  })

  it('two sigma spacings at once', () => {
    const config = { _class_name: 'EulerDiscreteScheduler', use_exponential_sigmas: true }
    expect(() => createScheduler({ config, sigmas: 'karras', numInferenceSteps: 5 })).toThrow(
      expect.objectContaining({ code: 'model-config-invalid' }),
    )
  })

  it.each([-1, 0.5, 8])('a begin index of %s among 7 steps', (beginIndex) => {
    expect(() => createScheduler({ config: sd15, name: 'ddim', numInferenceSteps: 7, beginIndex })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
  })
})

describe('createScheduler', () => {
  it('takes a bare -Infinity, null or a string for "not clipped"', () => {
    const timesteps = [-Infinity, null, '-Infinity', undefined].map((value) => {
      const config = { ...sd15, _class_name: 'DPMSolverMultistepScheduler', lambda_min_clipped: value }
      return createScheduler({ config, numInferenceSteps: 5 }).timesteps
    })
    expect(new Set(timesteps.map(String)).size).toBe(1)
  })
})

describe.each(SCHEDULERS)('%s', (name) => {
  const fresh = () => createScheduler({ config: sd15, name, numInferenceSteps: 6 })
  const noise = (count: number) => () => Float32Array.from({ length: count }, (_, k) => (k % 5) / 4 - 0.5)
  const start = Float32Array.from({ length: 8 }, (_, k) => k / 3 - 1)

  function run(scheduler: ReturnType<typeof fresh>, sample: Float32Array, reuse: boolean): Float32Array {
    const buffer = new Float32Array(sample.length)
    let latents: Float32Array = sample.slice()
    for (const [i, t] of scheduler.timesteps.entries()) {
      const scaled = scheduler.scaleModelInput(latents, i)
      const output = reuse ? buffer : new Float32Array(sample.length)
      scaled.forEach((x, k) => (output[k] = x * 0.5 + t / 2000))
      const before = latents.slice()
      const next = scheduler.step(output, i, latents, name === 'euler_a' ? noise(sample.length) : noNoise)
      expect(latents).toEqual(before)
      if (reuse) latents.fill(Number.NaN)
      latents = next
    }
    return latents
  }

  it('keeps no reference to its inputs', () => {
    expect(run(fresh(), start, true)).toEqual(run(fresh(), start, false))
  })

  it('starts anew at index 0', () => {
    const scheduler = fresh()
    const first = run(scheduler, start, false)
    expect(run(scheduler, start, false)).toEqual(first)
  })

  it('gives each element what it gets alone', () => {
    const whole = run(fresh(), start, false)
    if (name === 'euler_a') return // its noise here depends on the position
    start.forEach((_, k) => {
      expect(run(fresh(), start.slice(k, k + 1), false)[0]).toBe(whole[k])
    })
  })

  it.each(['epsilon', 'v_prediction'])('finds the original in what a perfect model predicts, %s', (prediction) => {
    const scheduler = createScheduler({
      config: { ...sd15, prediction_type: prediction },
      name,
      numInferenceSteps: 6,
    })
    const epsilon = noise(8)()
    scheduler.timesteps.forEach((_, i) => {
      const sample = scheduler.addNoise(start, epsilon, i)
      // how much of each is in the sample: of ones without the other
      const ones = new Float32Array(8).fill(1)
      const [signal] = scheduler.addNoise(ones, new Float32Array(8), i)
      const [sigma] = scheduler.addNoise(new Float32Array(8), ones, i)
      const length = Math.hypot(signal, sigma)
      const velocity = epsilon.map((e, k) => (signal * e - sigma * start[k]) / length)
      const output = prediction === 'epsilon' ? epsilon : velocity
      scheduler.predictedOriginal(output, i, sample).forEach((value, k) => {
        expect(value).toBeCloseTo(start[k], 4)
      })
    })
  })

  it('refuses a model output of another length', () => {
    expect(() => fresh().step(new Float32Array(7), 0, start, noise(8))).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    )
    expect(() => fresh().addNoise(start, new Float32Array(9), 0)).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    )
  })
})

it.each(['pndm', 'dpmpp_2m'] as const)('%s refuses to skip a step', (name) => {
  const scheduler = createScheduler({ config: sd15, name, numInferenceSteps: 6 })
  const sample = new Float32Array(4)
  scheduler.step(sample, 0, sample, noNoise)
  expect(() => scheduler.step(sample, 2, sample, noNoise)).toThrow(expect.objectContaining({ code: 'internal' }))
})

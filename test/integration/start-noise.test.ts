/** The hint of the panels about a strength says what the engine's schedulers do, for Stable Diffusion's own config. */
import { expect, test } from 'vitest'
import { createScheduler } from '#engine/schedulers/create-scheduler.ts'
import { imageToImageBeginIndex } from '#engine/schedulers/image-to-image-begin.ts'
import { SCHEDULERS, SIGMA_SCHEDULES, type SchedulerName } from '#shared/names.ts'
import { startNoise } from '../../renderer/features/image-to-image/start-noise.ts'

/** As Stable Diffusion 1.5 comes. */
const CONFIG = {
  _class_name: 'PNDMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  num_train_timesteps: 1000,
  steps_offset: 1,
  skip_prk_steps: true,
  set_alpha_to_one: false,
  clip_sample: false,
}

/** The others have no such spacing. */
const KARRAS: readonly SchedulerName[] = ['euler', 'dpmpp_2m']
const cases = SCHEDULERS.flatMap((scheduler) =>
  SIGMA_SCHEDULES.filter((sigmas) => sigmas === 'default' || KARRAS.includes(scheduler)).map(
    (sigmas) => [scheduler, sigmas] as const,
  ),
)

test.each(cases)('%s, %s', (scheduler, sigmas) => {
  for (const numInferenceSteps of [2, 10, 20, 50]) {
    for (const strength of [0.5, 0.6, 0.75, 0.8, 1]) {
      const beginIndex = imageToImageBeginIndex(numInferenceSteps, strength)
      const made = createScheduler({ name: scheduler, config: CONFIG, numInferenceSteps, beginIndex, sigmas })
      const signal = made.addNoise(Float32Array.of(1), Float32Array.of(0), 0)[0]
      const noise = made.addNoise(Float32Array.of(0), Float32Array.of(1), 0)[0]
      const size = Math.hypot(signal, noise)
      const hint = startNoise({ strength, numInferenceSteps, scheduler: scheduler, sigmas })
      expect(hint.signal, `${numInferenceSteps} steps, ${strength}`).toBeCloseTo(signal / size, 2)
      expect(hint.noise, `${numInferenceSteps} steps, ${strength}`).toBeCloseTo(noise / size, 2)
    }
  }
})

/** The scheduler_config.json that the first models of each family came with, which their finetunes share. */
import type { Family } from './family.ts'
import type { KnownPrediction } from './prediction-type.ts'

const NOISE = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', num_train_timesteps: 1000 }

export function schedulerConfigOfFamily(family: Family, prediction: KnownPrediction): Record<string, unknown> {
  const common = {
    ...NOISE,
    prediction_type: prediction.type,
    steps_offset: 1,
    ...(prediction.zeroTerminalSnr ? { rescale_betas_zero_snr: true, timestep_spacing: 'trailing' } : {}),
  }
  if (family === 'stable-diffusion-xl' || family === 'stable-diffusion-xl-refiner') {
    return {
      _class_name: 'EulerDiscreteScheduler',
      interpolation_type: 'linear',
      timestep_spacing: 'leading',
      use_karras_sigmas: false,
      ...common,
    }
  }
  const clipping = { clip_sample: false, set_alpha_to_one: false }
  // Stable Diffusion 2 came with DDIM where it predicts velocity, and with PNDM where it predicts noise, as SD 1
  if (prediction.type === 'v_prediction') return { _class_name: 'DDIMScheduler', ...clipping, ...common }
  return { _class_name: 'PNDMScheduler', skip_prk_steps: true, ...clipping, ...common }
}

/**
 * How much signal is left at each training timestep: betas → ᾱ (alphas_cumprod), in torch's float32.
 *
 * Sources: Ho et al., arXiv:2006.11239 (linear); Nichol and Dhariwal, arXiv:2102.09672, eq. 17 (squaredcos_cap_v2);
 * Lin et al., arXiv:2305.08891, algorithm 1 (zero terminal SNR). Must match the constructors of diffusers'
 * schedulers; proven by test/oracles/schedulers.py.
 */
import { fma32 } from '../random/fma32.ts'
import { f32, mapIndices, sqrt32 } from './float32.ts'

export interface NoiseScheduleConfig {
  readonly num_train_timesteps: number
  readonly beta_start: number
  readonly beta_end: number
  readonly beta_schedule: 'linear' | 'scaled_linear' | 'squaredcos_cap_v2'
  readonly trained_betas: readonly number[] | null
  readonly rescale_betas_zero_snr?: boolean
}

/** FP16's smallest subnormal: what diffusers' sigma-based schedulers put in place of a final ᾱ of zero. */
const SMALLEST_ALPHA = 2 ** -24
const MAX_BETA = 0.999

/**
 * ᾱ_t for t = 0 … num_train_timesteps − 1, float32, falling.
 *
 * @param avoidZero with rescale_betas_zero_snr, keep the last ᾱ above zero, so that its sigma is finite
 */
export function alphasCumprod(config: NoiseScheduleConfig, avoidZero = false): Float32Array {
  const betas = trainingBetas(config)
  if (config.rescale_betas_zero_snr !== true) return cumulativeAlphas(betas)
  const alphas = cumulativeAlphas(rescaledToZeroSnr(betas))
  if (avoidZero) alphas[alphas.length - 1] = SMALLEST_ALPHA
  return alphas
}

/** σ_t = √((1 − ᾱ_t) / ᾱ_t), the noise-to-signal ratio at each training timestep, float32. */
export function trainingSigmas(alphas: Float32Array): Float32Array {
  return mapIndices(alphas.length, (t) => sigmaOfAlpha(alphas[t]))
}

/** √((1 − ᾱ) / ᾱ), float32. */
export function sigmaOfAlpha(alpha: number): number {
  return sqrt32(f32(f32(1 - alpha) / alpha))
}

function trainingBetas(config: NoiseScheduleConfig): Float32Array {
  const { beta_start: start, beta_end: end, num_train_timesteps: count } = config
  if (config.trained_betas !== null) return Float32Array.from(config.trained_betas)
  switch (config.beta_schedule) {
    case 'linear':
      return torchLinspace(start, end, count)
    case 'scaled_linear': {
      const roots = torchLinspace(Math.sqrt(start), Math.sqrt(end), count)
      return mapIndices(count, (t) => roots[t] * roots[t])
    }
    case 'squaredcos_cap_v2':
      return mapIndices(count, (t) =>
        Math.min(1 - cosineAlphaBar((t + 1) / count) / cosineAlphaBar(t / count), MAX_BETA),
      )
  }
}

function cosineAlphaBar(time: number): number {
  const cosine = Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2)
  return cosine * cosine
}

/** torch.linspace in float32: from the start in the lower half, from the end in the upper, fused multiply-adds. */
export function torchLinspace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [f32(start), f32(end)]
  if (count === 1) return Float32Array.of(first)
  const step = f32(f32(last - first) / (count - 1))
  const half = Math.floor(count / 2)
  return mapIndices(count, (i) => (i < half ? fma32(step, i, first) : fma32(-step, count - 1 - i, last)))
}

/** torch.cumprod(1 − β): the running product is kept in double, each value rounded to float32. */
function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1
  return mapIndices(betas.length, (t) => (product *= f32(1 - betas[t])))
}

function rescaledToZeroSnr(betas: Float32Array): Float32Array {
  const roots = cumulativeAlphas(betas).map(sqrt32)
  const [first, last] = [roots[0], roots.at(-1)!]
  const scale = f32(first / f32(first - last))
  const alphasBar = roots.map((root) => {
    const shifted = f32(f32(root - last) * scale)
    return shifted * shifted
  })
  return mapIndices(betas.length, (t) => 1 - (t === 0 ? alphasBar[0] : f32(alphasBar[t] / alphasBar[t - 1])))
}

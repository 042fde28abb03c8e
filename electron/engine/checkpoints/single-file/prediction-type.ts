/**
 * What a checkpoint's UNet predicts: the noise (`epsilon`) or the velocity (`v_prediction`). Shapes do not tell, and the
 * wrong one gives noise or mud, so it is asked in this order, and what answered is shown: a setting of the model; the
 * file's metadata; marker tensors, as later v-prediction finetunes of SDXL carry them; for SD 2 the weights; the family.
 */
import { AppError, quoted } from '#shared/errors.ts'
import { readFloat32 } from '#engine/weights/read-tensor.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import { UNET_PREFIX, type Family } from './family.ts'

export const PREDICTION_TYPES = ['epsilon', 'v_prediction'] as const
export type PredictionType = (typeof PREDICTION_TYPES)[number]

export interface KnownPrediction {
  readonly type: PredictionType
  /** What told. */
  readonly source: 'setting' | 'metadata' | 'tensors' | 'family'
  /** The noise schedule was rescaled to end in pure noise (zero terminal SNR), by a marker tensor. */
  readonly zeroTerminalSnr: boolean
}

/** As the model spec of Stability AI and trainers write it. */
const SPELLINGS: Readonly<Record<string, PredictionType>> = {
  epsilon: 'epsilon',
  eps: 'epsilon',
  v: 'v_prediction',
  v_prediction: 'v_prediction',
  vpred: 'v_prediction',
  velocity: 'v_prediction',
}

/** The step that the author of Stable Diffusion 2 base stopped at; diffusers knows the model by it, too. */
const SD2_BASE_STEP = 875_000
/**
 * The biases of the last attention's first norm spread wider in SD 2 models that predict velocity. Found by ComfyUI's
 * authors and used there with this bound for all SD 2 checkpoints.
 */
const SD2_TELLTALE = `${UNET_PREFIX}output_blocks.11.1.transformer_blocks.0.norm1.bias`
const SD2_VELOCITY_DEVIATION = 0.09
/** A few hundred values; a hostile file may have made it long. */
const MAX_TELLTALE_BYTES = 1 << 20

export interface PredictionClues {
  readonly family: Family
  readonly entries: readonly TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
  readonly setting: PredictionType | undefined
}

/** @throws {AppError} `architecture-unsupported` for a schedule that no scheduler here has, `weights-invalid` */
export async function predictionTypeOf(clues: PredictionClues): Promise<KnownPrediction> {
  const { entries, metadata, setting } = clues
  const has = (name: string) => entries.some((entry) => entry.name === name)
  if (has('edm_mean') || has('edm_vpred.sigma_max')) {
    throw new AppError(
      'architecture-unsupported',
      'the checkpoint was trained with the noise of EDM (as Playground 2.5), which no scheduler of Reprise has',
    )
  }
  const zeroTerminalSnr = has('ztsnr')
  if (setting !== undefined) return { type: setting, source: 'setting', zeroTerminalSnr }
  const written = metadata['modelspec.prediction_type'] as string | undefined
  if (written !== undefined && written !== '') {
    const type = SPELLINGS[written.toLowerCase().replaceAll('-', '_')] as PredictionType | undefined
    if (type !== undefined) return { type, source: 'metadata', zeroTerminalSnr }
    throw new AppError(
      'architecture-unsupported',
      `the checkpoint's metadata says that it predicts ${quoted(written)}; known are ${PREDICTION_TYPES.join(', ')}`,
    )
  }
  if (has('v_pred')) return { type: 'v_prediction', source: 'tensors', zeroTerminalSnr }
  const type = clues.family === 'stable-diffusion-2' ? await sd2Prediction(entries) : undefined
  return { type: type ?? 'epsilon', source: type === undefined ? 'family' : 'tensors', zeroTerminalSnr }
}

/** @returns undefined if nothing in the file tells */
async function sd2Prediction(entries: readonly TensorEntry[]): Promise<PredictionType | undefined> {
  const find = (name: string) => entries.find((entry) => entry.name === name)
  const inChannels = find(`${UNET_PREFIX}input_blocks.0.0.weight`)?.shape[1]
  // only the plain model was made in both ways
  if (inChannels !== 4) return 'epsilon'
  const step = find('global_step')
  if (step !== undefined && step.byteLength <= 8 && step.dtype.startsWith('F')) {
    if ((await readFloat32(step))[0] === SD2_BASE_STEP) return 'epsilon'
  }
  const telltale = find(SD2_TELLTALE)
  if (telltale === undefined || telltale.byteLength > MAX_TELLTALE_BYTES) return undefined
  if (!['F32', 'F16', 'BF16'].includes(telltale.dtype)) return undefined
  return deviationOf(await readFloat32(telltale)) > SD2_VELOCITY_DEVIATION ? 'v_prediction' : 'epsilon'
}

function deviationOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

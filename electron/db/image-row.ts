/** An image as its row is read, and as the program names it. */
import type { ImageRecord } from '#shared/history.ts'
import { createdAtOf } from './image-id.ts'
import { seedFromColumn } from './seed-column.ts'

/** What the columns hold; texts from closed lists were checked when they were written. */
export interface ImageRow {
  id: number
  kind: ImageRecord['kind']
  prompt: string
  negativePrompt: string
  seed: string
  numInferenceSteps: number
  guidanceScale: number
  widthPx: number
  heightPx: number
  scheduler: ImageRecord['scheduler']
  sigmas: ImageRecord['sigmas']
  strength: number | null
  resizeMode: ImageRecord['resizeMode'] | null
  inputImageHash: string | null
  maskHash: string | null
  modelHash: string
  modelName: string
  precision: ImageRecord['precision']
  provider: string
  engineVersion: string
  runtimeVersion: string
  threadCount: number
  durationMs: number
  pixelHash: string
  fileName: string
  fileSizeBytes: number
  favourite: number
  rating: number
  trashedAtMs: number | null
  isMissing: number
}

/** Gives ImageRow; add a WHERE. */
export const SELECT_IMAGE = `
  SELECT i.id, i.kind, p.text AS prompt, n.text AS negativePrompt, i.seed,
    i.num_inference_steps AS numInferenceSteps, i.guidance_scale AS guidanceScale,
    i.width_px AS widthPx, i.height_px AS heightPx, i.scheduler, i.sigmas, i.strength, i.resize_mode AS resizeMode,
    i.input_hash AS inputImageHash, i.mask_hash AS maskHash,
    e.model_hash AS modelHash, e.model_name AS modelName, e.precision, e.provider,
    e.engine_version AS engineVersion, e.runtime_version AS runtimeVersion,
    i.thread_count AS threadCount, i.duration_ms AS durationMs, i.pixel_hash AS pixelHash,
    i.file_name AS fileName, i.file_size_bytes AS fileSizeBytes, i.favourite, i.rating, i.trashed_at AS trashedAtMs, i.is_missing AS isMissing
  FROM images i
    JOIN prompts p ON p.id = i.prompt_id
    JOIN prompts n ON n.id = i.negative_prompt_id
    JOIN environments e ON e.id = i.environment_id`

export function imageFromRow(row: ImageRow): ImageRecord {
  const { strength, resizeMode, inputImageHash, maskHash, trashedAtMs, ...rest } = row
  return {
    ...rest,
    seed: seedFromColumn(row.seed),
    favourite: row.favourite === 1,
    isMissing: row.isMissing === 1,
    createdAtMs: createdAtOf(row.id),
    // absent fields stay absent: settings are compared and printed as they are
    ...(strength !== null && { strength }),
    ...(resizeMode !== null && { resizeMode }),
    ...(inputImageHash !== null && { inputImageHash }),
    ...(maskHash !== null && { maskHash }),
    ...(trashedAtMs !== null && { trashedAtMs }),
  }
}

/** An image as its row is read, and as the program names it. */
import { MoreSettingsSchema, type MoreSettings } from '#shared/generation.ts'
import { KnownSettingsSchema, type ForeignImage, type ImageRecord, type OwnImage } from '#shared/history.ts'
import { createdAtOf } from './image-id.ts'
import { seedFromColumn } from './seed-column.ts'

/** Columns that hold something else than the record, or NULL where the record has no such field. */
type Differing = 'seed' | 'favourite' | 'isMissing' | 'createdAtMs' | Optional
type Optional = 'strength' | 'resizeMode' | 'inputImageHash' | 'maskHash' | 'trashedAtMs'
type OptionalColumns = { [Name in Optional]: NonNullable<OwnImage[Name]> | null }

/** What the columns of ours hold; texts from closed lists were checked when they were written. */
interface OwnRow extends Omit<OwnImage, Differing | keyof MoreSettings>, OptionalColumns {
  seed: string
  favourite: number
  isMissing: number
  moreSettings: string | null
}
/** Of others, anything that only ours are sure to have may be NULL. */
type ForeignRow = { [Name in Exclude<keyof OwnRow, Kept | 'origin'>]: OwnRow[Name] | null } & Pick<OwnRow, Kept> &
  Pick<ForeignImage, 'origin'>
type Kept =
  'id' | 'widthPx' | 'heightPx' | 'pixelHash' | 'fileName' | 'fileSizeBytes' | 'favourite' | 'rating' | 'isMissing'
export type ImageRow = OwnRow | ForeignRow

/** Gives ImageRow; add a WHERE. */
export const SELECT_IMAGE = `
  SELECT i.id, i.origin, i.kind, p.text AS prompt, n.text AS negativePrompt, i.seed,
    i.num_inference_steps AS numInferenceSteps, i.guidance_scale AS guidanceScale,
    i.width_px AS widthPx, i.height_px AS heightPx, i.scheduler, i.sigmas, i.strength, i.resize_mode AS resizeMode,
    i.input_hash AS inputImageHash, i.mask_hash AS maskHash, i.more_settings AS moreSettings,
    e.model_hash AS modelHash, e.model_name AS modelName, e.precision, e.provider,
    e.engine_version AS engineVersion, e.runtime_version AS runtimeVersion,
    i.thread_count AS threadCount, i.duration_ms AS durationMs, i.pixel_hash AS pixelHash,
    i.file_name AS fileName, i.file_size_bytes AS fileSizeBytes, i.favourite, i.rating, i.trashed_at AS trashedAtMs, i.is_missing AS isMissing
  FROM images i
    LEFT JOIN prompts p ON p.id = i.prompt_id
    LEFT JOIN prompts n ON n.id = i.negative_prompt_id
    LEFT JOIN environments e ON e.id = i.environment_id`

export function imageFromRow(row: ImageRow): ImageRecord {
  return row.origin === 'reprise' ? ownFromRow(row) : foreignFromRow(row)
}

function ownFromRow(row: OwnRow): OwnImage {
  const { strength, resizeMode, inputImageHash, maskHash, moreSettings, trashedAtMs, ...rest } = row
  return {
    ...rest,
    ...(moreSettings !== null && MoreSettingsSchema.parse(JSON.parse(moreSettings))),
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

/** @returns the JSON for the column; null where an image has none of these settings */
export function moreSettingsColumn(settings: MoreSettings): string | null {
  const more = MoreSettingsSchema.parse(settings)
  return Object.keys(more).length === 0 ? null : JSON.stringify(more)
}

const KNOWN = Object.keys(KnownSettingsSchema.shape) as (keyof typeof KnownSettingsSchema.shape)[]

function foreignFromRow(row: ForeignRow): ForeignImage {
  const { id, origin, widthPx, heightPx, pixelHash, fileName, fileSizeBytes, rating, trashedAtMs } = row
  const known = KNOWN.flatMap((name) => (row[name] === null ? [] : [[name, row[name]] as const]))
  return {
    ...{ id, origin, widthPx, heightPx, pixelHash, fileName, fileSizeBytes, rating },
    ...Object.fromEntries(known),
    ...(row.seed !== null && { seed: seedFromColumn(row.seed) }),
    favourite: row.favourite === 1,
    isMissing: row.isMissing === 1,
    createdAtMs: createdAtOf(id),
    ...(trashedAtMs !== null && { trashedAtMs }),
  }
}

/** An image of the history, for people and for programs. */
import type { ImageView } from '#shared/contract/history.ts'
import { ImageSettingsSchema } from '#shared/generation.ts'
import { KnownSettingsSchema } from '#shared/history.ts'
import { localTime } from '../format.ts'

/**
 * Named as in the lines of `reprise generate --json`; what is not known is null.
 *
 * @param path of its file, absolute
 */
export function imageJson(image: ImageView, path: string | null): object {
  return {
    id: image.id,
    path,
    origin: image.origin,
    prompt: image.prompt ?? null,
    negativePrompt: image.negativePrompt ?? null,
    seed: image.seed ?? null,
    width: image.widthPx,
    height: image.heightPx,
    pixelHash: image.pixelHash,
    createdAt: isoTime(image.createdAtMs),
    model: image.modelName ?? null,
    favourite: image.favourite,
    rating: image.rating,
    trashedAt: image.trashedAtMs === undefined ? null : isoTime(image.trashedAtMs),
    isMissing: image.isMissing,
    fileSizeBytes: image.fileSizeBytes,
    ...(image.origin === 'reprise'
      ? {
          durationMs: image.durationMs,
          threadCount: image.threadCount,
          settings: ImageSettingsSchema.parse(image),
        }
      : { durationMs: null, threadCount: null, settings: KnownSettingsSchema.parse(image) }),
  }
}

export const IMAGE_COLUMNS = ['id', 'made', 'size', 'seed', 'marks', 'model', 'prompt'] as const
/** Pages are printed one by one, and stay in line with each other. */
export const IMAGE_WIDTHS = [16, 16, 9, 10, 5]

/** In a file of another program, perhaps. */
export const NOT_KNOWN = '?'

export function imageRow(image: ImageView): string[] {
  return [
    String(image.id),
    localTime(image.createdAtMs),
    `${image.widthPx}×${image.heightPx}`,
    image.seed?.toString() ?? NOT_KNOWN,
    imageMarks(image),
    image.modelName ?? NOT_KNOWN,
    image.prompt ?? NOT_KNOWN,
  ]
}

/** `♥3`: a favourite with three stars; `~`: not made here; `!`: its file is gone. */
function imageMarks({ favourite, rating, origin, isMissing }: ImageView): string {
  const own = origin === 'reprise'
  return `${favourite ? '♥' : ''}${rating > 0 ? rating : ''}${own ? '' : '~'}${isMissing ? '!' : ''}`
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

/** An image of the history, for people and for programs. */
import type { ImageView } from '#shared/contract/history.ts'
import { ImageSettingsSchema } from '#shared/generation.ts'
import { localTime } from '../format.ts'

/** Named as in the lines of `reprise generate --json`. @param path of its file, absolute */
export function imageJson(image: ImageView, path: string | null): object {
  return {
    id: image.id,
    path,
    prompt: image.prompt,
    negativePrompt: image.negativePrompt,
    seed: image.seed,
    width: image.widthPx,
    height: image.heightPx,
    pixelHash: image.pixelHash,
    createdAt: isoTime(image.createdAtMs),
    model: image.modelName,
    favourite: image.favourite,
    rating: image.rating,
    trashedAt: image.trashedAtMs === undefined ? null : isoTime(image.trashedAtMs),
    isMissing: image.isMissing,
    fileSizeBytes: image.fileSizeBytes,
    durationMs: image.durationMs,
    threadCount: image.threadCount,
    settings: ImageSettingsSchema.parse(image),
  }
}

export const IMAGE_COLUMNS = ['id', 'made', 'size', 'seed', 'marks', 'model', 'prompt'] as const
/** Pages are printed one by one, and stay in line with each other. */
export const IMAGE_WIDTHS = [16, 16, 9, 10, 5]

export function imageRow(image: ImageView): string[] {
  return [
    String(image.id),
    localTime(image.createdAtMs),
    `${image.widthPx}×${image.heightPx}`,
    image.seed.toString(),
    imageMarks(image),
    image.modelName,
    image.prompt,
  ]
}

/** `♥3`: a favourite with three stars; `!`: its file is gone. */
function imageMarks({ favourite, rating, isMissing }: ImageView): string {
  return `${favourite ? '♥' : ''}${rating > 0 ? rating : ''}${isMissing ? '!' : ''}`
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

/** Where thumbnails of an image lie, relative to the data folder. */

/** Lengths of the longer side, pixels. */
const SIZES = [256, 512] as const
export type ThumbnailSize = (typeof SIZES)[number]

export function thumbnailName(imageId: number, sizePx: ThumbnailSize): string {
  return `thumbnails/${imageId}-${sizePx}.webp`
}

/** All that an image can have, whether they are there or not. */
export function thumbnailNames(imageId: number): string[] {
  return SIZES.map((sizePx) => thumbnailName(imageId, sizePx))
}

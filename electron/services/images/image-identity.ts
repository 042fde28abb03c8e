/** What makes two image files the same image: their pixels and all that they were made from. */
import { createHash } from 'node:crypto'
import { stringifyExact } from '#shared/exact-json.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { decodeStored } from './stored-pixels.ts'

/**
 * sha256 of the RGB8 pixels in a PNG of ours, hex.
 *
 * @param expected its size
 * @throws {AppError} `image-invalid`
 */
export async function hashOfPixels(
  png: Buffer,
  expected: Pick<ImageSettings, 'widthPx' | 'heightPx'>,
): Promise<string> {
  return createHash('sha256')
    .update(await decodeStored(png, expected))
    .digest('hex')
}

/** Rows and engine say more than settings: nothing else counts. */
export function haveSameSettings(a: ImageSettings, b: ImageSettings): boolean {
  return settingsText(a) === settingsText(b)
}

function settingsText(image: ImageSettings): string {
  return stringifyExact(ImageSettingsSchema.parse(image))
}

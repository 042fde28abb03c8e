/**
 * The pixels of an image that was not made here, as people see them: upright, in sRGB, eight bits a channel, whatever
 * the file has (grey, 16 bits, CMYK, a palette, a profile, a note of which side is up).
 */
import sharp from 'sharp'
import { AppError } from '#shared/errors.ts'
import { MAX_IMAGE_PIXELS } from '#shared/image-formats.ts'

export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  /** 4: with transparency. */
  readonly channels: 3 | 4
  /** Row by row, one byte a channel. */
  readonly pixels: Uint8Array
}

/** @throws {AppError} `image-invalid` */
export async function decodeForeign(file: string | Uint8Array, limitInputPixels = MAX_IMAGE_PIXELS): Promise<Pixels> {
  try {
    const { data, info } = await sharp(file, { failOn: 'error', limitInputPixels, pages: 1 })
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3 && info.channels !== 4) throw new Error(`it has ${info.channels} channels`)
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return { widthPx: info.width, heightPx: info.height, channels: info.channels, pixels }
  } catch (cause) {
    throw new AppError('image-invalid', 'the image is damaged, cut short, or of an unusual kind', { cause })
  }
}

/** Its colours alone. */
export function withoutTransparency({ channels, pixels }: Pixels): Uint8Array {
  if (channels === 3) return pixels
  const colours = new Uint8Array((pixels.length / 4) * 3)
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    colours[to++] = pixels[from]
    colours[to++] = pixels[from + 1]
    colours[to++] = pixels[from + 2]
  }
  return colours
}

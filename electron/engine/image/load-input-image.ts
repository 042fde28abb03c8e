/**
 * An input image as plain 8-bit sRGB, out of a file that may be anything. Decoding is sharp's (libvips); what it
 * gives for an 8-bit RGB PNG are the bytes in the file, as with Pillow.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import sharp, { type Metadata, type SharpOptions } from 'sharp'
import { AppError, quoted } from '#shared/errors.ts'
import {
  FORMAT_NAMES,
  imageFormatOf,
  isCutShortPng,
  MAX_IMAGE_FILE_BYTES,
  MAX_IMAGE_PIXELS,
  MAX_IMAGE_SIDE_PX,
} from '#shared/image-formats.ts'
import { isSrgbProfile } from './icc-profile.ts'
import type { RgbImage } from './rgb-image.ts'

/** Opening a pipe would otherwise wait for its writer. Windows has neither the flag nor the problem. */
const OPEN_FLAGS = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0)

/** `error` includes `truncated`; `warning` would also refuse odd metadata around sound pixels. */
const DECODE: SharpOptions = { failOn: 'error', limitInputPixels: MAX_IMAGE_PIXELS, pages: 1, sequentialRead: true }

export interface InputPixels extends RgbImage {
  /** sha256 of the file's bytes, hex. */
  readonly fileHash: string
}

/**
 * PNG, JPEG, WebP, GIF, TIFF or AVIF; the first frame of several. Turned upright by its EXIF orientation, laid over
 * white where it is transparent, converted to sRGB from CMYK, grey or an embedded profile; of 16 bits, the upper 8.
 *
 * @throws {AppError} `image-not-found`; `image-invalid` if it is none of these, damaged or cut short;
 *   `image-too-large` beyond 256 MiB, 16384 pixels a side or 100 megapixels
 */
export async function loadInputImage(path: string): Promise<InputPixels> {
  const bytes = await readImageFile(path)
  const fileHash = createHash('sha256').update(bytes).digest('hex')
  if (imageFormatOf(bytes) === undefined) {
    throw new AppError('image-invalid', `${quoted(path)} is not an image that can be read: ${FORMAT_NAMES}`)
  }
  if (isCutShortPng(bytes)) throw damaged(path)
  const metadata = await decoding(path, () => sharp(bytes, { ...DECODE, limitInputPixels: false }).metadata())
  checkSize(path, metadata)
  const { data, info } = await decoding(path, () =>
    sharp(bytes, { ...DECODE, ignoreIcc: metadata.icc !== undefined && isSrgbProfile(metadata.icc) })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  if (info.channels !== 3 || data.length !== info.width * info.height * 3) {
    throw new AppError('image-invalid', `${quoted(path)} has no form of colour that can be read`)
  }
  return { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data), fileHash }
}

async function readImageFile(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, OPEN_FLAGS)
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) throw new AppError('image-invalid', `${quoted(path)} is not a file`)
      if (stats.size > MAX_IMAGE_FILE_BYTES) {
        throw tooLarge(path, `${stats.size} bytes; at most ${MAX_IMAGE_FILE_BYTES} are read`)
      }
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    const what = code === 'ENOENT' ? 'there is no image at' : `cannot read (${code}) the image`
    throw new AppError('image-not-found', `${what} ${quoted(path)}`, { cause })
  }
}

/** What decoders say is about their own insides, at times in many lines: it stays in the cause. */
async function decoding<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    throw damaged(path, cause)
  }
}

function damaged(path: string, cause?: unknown): AppError {
  return new AppError('image-invalid', `the image ${quoted(path)} is damaged, cut short, or of an unusual kind`, {
    cause,
  })
}

function checkSize(path: string, { width, height }: Metadata): void {
  if (width > MAX_IMAGE_SIDE_PX || height > MAX_IMAGE_SIDE_PX || width * height > MAX_IMAGE_PIXELS) {
    throw tooLarge(
      path,
      `${width} × ${height} pixels; at most ${MAX_IMAGE_SIDE_PX} a side and ${MAX_IMAGE_PIXELS / 1e6} megapixels are read`,
    )
  }
}

function tooLarge(path: string, what: string): AppError {
  return new AppError('image-too-large', `the image ${quoted(path)} is ${what}`)
}

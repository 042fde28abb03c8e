/**
 * Whether bytes are an image that the engine would take as an input: its formats and limits, and every pixel can be
 * decoded. Better refused now than at night, when its turn comes in the queue.
 */
import sharp, { type Metadata, type SharpOptions } from 'sharp'
import { AppError } from '#shared/errors.ts'
import {
  FORMAT_NAMES,
  imageFormatOf,
  isCutShortPng,
  MAX_IMAGE_FILE_BYTES,
  MAX_IMAGE_PIXELS,
  MAX_IMAGE_SIDE_PX,
} from '#shared/image-formats.ts'

export interface InspectedInput {
  /** Of its file name, without the dot. */
  readonly extension: string
  /** Turned upright, as the engine sees it. */
  readonly widthPx: number
  readonly heightPx: number
}

const DECODE: SharpOptions = { failOn: 'error', limitInputPixels: MAX_IMAGE_PIXELS, pages: 1, sequentialRead: true }

/** @throws {AppError} `image-invalid`, `image-too-large` */
export async function inspectInput(bytes: Uint8Array): Promise<InspectedInput> {
  if (bytes.length > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(bytes.length)
  const format = imageFormatOf(bytes)
  if (format === undefined) {
    throw new AppError('image-invalid', `this is no image that can be read: ${FORMAT_NAMES}`)
  }
  if (isCutShortPng(bytes)) throw damaged()
  const metadata = await decoding(() => sharp(bytes, { ...DECODE, limitInputPixels: false }).metadata())
  checkSize(metadata)
  // the last row comes after all others, and one row is all the memory that it takes
  await decoding(() =>
    sharp(bytes, DECODE)
      .extract({ left: 0, top: metadata.height - 1, width: metadata.width, height: 1 })
      .raw()
      .toBuffer(),
  )
  const { width: widthPx, height: heightPx } = metadata.autoOrient
  return { extension: format.extension, widthPx, heightPx }
}

export function tooManyBytes(sizeBytes: number): AppError {
  return new AppError('image-too-large', `the image has ${sizeBytes} bytes; at most ${MAX_IMAGE_FILE_BYTES} are read`)
}

function checkSize({ width, height }: Metadata): void {
  if (width <= MAX_IMAGE_SIDE_PX && height <= MAX_IMAGE_SIDE_PX && width * height <= MAX_IMAGE_PIXELS) return
  throw new AppError(
    'image-too-large',
    `the image is ${width} × ${height} pixels; at most ${MAX_IMAGE_SIDE_PX} a side and ` +
      `${MAX_IMAGE_PIXELS / 1e6} megapixels are read`,
  )
}

async function decoding<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    throw damaged(cause)
  }
}

function damaged(cause?: unknown): AppError {
  return new AppError('image-invalid', 'the image is damaged, cut short, or of an unusual kind', { cause })
}

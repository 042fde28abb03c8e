/** Whose an image file is: one of ours as it was made, or another with what is known of it. */
import { AppError } from '#shared/errors.ts'
import type { ImageSettings } from '#shared/generation.ts'
import { imageFormatOf, isCutShortPng, MAX_IMAGE_FILE_BYTES, MAX_IMAGE_PIXELS } from '#shared/image-formats.ts'
import { hashOfPixels } from '../images/image-identity.ts'
import { tooManyBytes } from '../images/inspect-input.ts'
import { foreignImage, type ForeignFile } from './foreign-image.ts'

/** A PNG whose pixels are the size that its settings say, of their kind. */
interface OwnFile {
  readonly origin: 'reprise'
  readonly extension: 'png'
  readonly settings: ImageSettings
  readonly pixelHash: string
}

export type IdentifiedImage = OwnFile | ForeignFile

/** What browsers show and other programs write their settings into. */
const EXTENSIONS = ['png', 'jpg', 'webp']

/** @param bytes the file, or its first 16 bytes */
export function canBeKept(bytes: Uint8Array): boolean {
  const format = imageFormatOf(bytes)
  return format !== undefined && EXTENSIONS.includes(format.extension)
}

/**
 * @param own the settings of ours that the file has, if any
 * @throws {AppError} `image-invalid` (no PNG, JPEG or WebP, or damaged), `image-too-large`
 */
export async function identifyImage(bytes: Uint8Array, own: ImageSettings | undefined): Promise<IdentifiedImage> {
  if (bytes.length > MAX_IMAGE_FILE_BYTES) throw tooManyBytes(bytes.length)
  if (!canBeKept(bytes)) {
    const found = imageFormatOf(bytes)?.name
    throw new AppError(
      'image-invalid',
      `${found === undefined ? 'this is no image' : `this is a ${found} file`}; the history keeps PNG, JPEG and WebP`,
    )
  }
  const pixelHash = own === undefined ? undefined : await hashOfOwn(bytes, own)
  return own === undefined || pixelHash === undefined
    ? await foreignImage(bytes)
    : { origin: 'reprise', extension: 'png', settings: own, pixelHash }
}

/** @returns undefined if its pixels are not those of the settings: it is damaged, or was changed since */
async function hashOfOwn(bytes: Uint8Array, settings: ImageSettings): Promise<string | undefined> {
  const { widthPx, heightPx } = settings
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > MAX_IMAGE_PIXELS || isCutShortPng(bytes)) return undefined
  try {
    return await hashOfPixels(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), settings)
  } catch (error) {
    if (error instanceof AppError && error.code === 'image-invalid') return undefined
    throw error
  }
}

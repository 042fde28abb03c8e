/**
 * What is known for sure of an image that another program made: its pixels as they are seen here, and of its settings
 * those that mean the same here or nearly so. The rest is not known, and nothing is put in its place.
 */
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageSettings } from '#shared/generation.ts'
import { MAX_IMAGE_PIXELS } from '#shared/image-formats.ts'
import { inspectInput } from '../images/inspect-input.ts'
import { readSettings } from './read-settings.ts'
import { readTexts } from './read-texts.ts'

export interface ForeignImage {
  /** Of its file name, without the dot. */
  readonly extension: string
  /** Of the picture itself, turned upright; what its settings say may be the size before it was enlarged. */
  readonly widthPx: number
  readonly heightPx: number
  /** sha256 of the RGB8 pixels, upright and without transparency, hex. */
  readonly pixelHash: string
  readonly settings: Partial<ImageSettings>
  readonly read: ReadSettings
}

const KNOWN = [
  'prompt',
  'negativePrompt',
  'seed',
  'numInferenceSteps',
  'guidanceScale',
  'scheduler',
  'sigmas',
  'strength',
  'modelName',
] as const

/** @throws {AppError} `image-invalid`, `image-too-large` */
export async function foreignImage(bytes: Uint8Array): Promise<ForeignImage> {
  const { extension, widthPx, heightPx } = await inspectInput(bytes)
  const read = readSettings(await readTexts(bytes))
  const known = KNOWN.flatMap((name) => {
    const field = read.fields[name]
    return field === undefined || field.fidelity === 'not-understood' ? [] : [[name, field.value] as const]
  })
  return {
    extension,
    widthPx,
    heightPx,
    pixelHash: createHash('sha256')
      .update(await rgbPixels(bytes))
      .digest('hex'),
    settings: Object.fromEntries(known),
    read,
  }
}

async function rgbPixels(bytes: Uint8Array): Promise<Buffer> {
  try {
    return await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_IMAGE_PIXELS, pages: 1 })
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer()
  } catch (cause) {
    throw new AppError('image-invalid', 'the image is damaged, cut short, or of an unusual kind', { cause })
  }
}

/**
 * What is known for sure of an image that was not made here: its pixels as they are seen, and of its settings those that
 * mean the same here or nearly so. The rest is not known, and nothing is put in its place.
 */
import { createHash } from 'node:crypto'
import type { ReadSettings } from '#shared/contract/metadata.ts'
import type { ForeignImage, KnownSettings } from '#shared/history.ts'
import { decodeForeign, withoutTransparency } from '../images/decode-foreign.ts'
import { inspectInput } from '../images/inspect-input.ts'
import { readSettings } from './read-settings.ts'
import { readTexts } from './read-texts.ts'

export interface ForeignFile {
  readonly origin: ForeignImage['origin']
  /** Of its file name, without the dot. */
  readonly extension: string
  /** Of the picture itself, turned upright; what its settings say may be the size before it was enlarged. */
  readonly widthPx: number
  readonly heightPx: number
  /** sha256 of the RGB8 pixels, upright and without transparency, hex. */
  readonly pixelHash: string
  readonly settings: KnownSettings
  readonly read: ReadSettings
}

/** @throws {AppError} `image-invalid`, `image-too-large` */
export async function foreignImage(bytes: Uint8Array): Promise<ForeignFile> {
  const { extension, widthPx, heightPx } = await inspectInput(bytes)
  const pixels = withoutTransparency(await decodeForeign(bytes))
  const read = readSettings(await readTexts(bytes))
  return {
    // with settings of ours it would be one of ours, if its pixels were those that were made
    origin: read.source === 'reprise' ? 'reprise-copy' : read.source,
    extension,
    widthPx,
    heightPx,
    pixelHash: createHash('sha256').update(pixels).digest('hex'),
    settings: knownSettings(read),
    read,
  }
}

const FIELDS = [
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

function knownSettings({ fields }: ReadSettings): KnownSettings {
  const known = FIELDS.flatMap((name) => {
    const field = fields[name]
    return field === undefined || field.fidelity === 'not-understood' ? [] : [[name, field.value] as const]
  })
  const { modelHash } = fields
  const isWhole = modelHash?.fidelity === 'exact' && modelHash.kind === 'reprise'
  return { ...Object.fromEntries(known), ...(isWhole && { modelHash: modelHash.value }) }
}

/** The size that a picture will be brought to. */
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import type { ImageToImageForm } from '#renderer/state/image-to-image-draft.svelte.ts'
import { ownSize, type SizePx } from './place-picture.ts'

export interface SizeSource {
  readonly from: ImageToImageForm['sizeFrom']
  readonly settings: GenerationSettings
  /** Of which the model's images are multiples. */
  readonly multiplePx: number
}

export function targetSize(picture: SizePx, { from, settings, multiplePx }: SizeSource): SizePx {
  const own = ownSize(picture, multiplePx)
  if (from === 'picture') return own
  return { widthPx: settings.widthPx ?? own.widthPx, heightPx: settings.heightPx ?? own.heightPx }
}

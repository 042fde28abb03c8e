/** The size that a picture will be brought to. */
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import type { ImageToImageForm } from '#renderer/state/image-to-image-draft.svelte.ts'
import { ownSize, type SizePx } from './place-picture.ts'

/** What the encoders of all supported models need. */
export const SIZE_MULTIPLE_PX = 8

export function targetSize(picture: SizePx, from: ImageToImageForm['sizeFrom'], settings: GenerationSettings): SizePx {
  const own = ownSize(picture, SIZE_MULTIPLE_PX)
  if (from === 'picture') return own
  return { widthPx: settings.widthPx ?? own.widthPx, heightPx: settings.heightPx ?? own.heightPx }
}

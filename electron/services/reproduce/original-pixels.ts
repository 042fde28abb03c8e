/** The pixels that an image was made with, out of its file, if that still has them. */
import { createHash } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { OwnImage } from '#shared/history.ts'
import type { ImageStore } from '../images/image-store.ts'

export type OriginalPixels =
  | { readonly state: 'there'; readonly pixels: Uint8Array }
  /** Its file has other pixels: somebody changed it after it was made. */
  | { readonly state: 'changed' }
  | { readonly state: 'missing' }
  /** It has a file, but none that can be this image. */
  | { readonly state: 'unreadable' }

export async function originalPixels(store: Pick<ImageStore, 'readPixels'>, image: OwnImage): Promise<OriginalPixels> {
  try {
    const { pixels } = await store.readPixels(image.id)
    const hash = createHash('sha256').update(pixels).digest('hex')
    return hash === image.pixelHash ? { state: 'there', pixels } : { state: 'changed' }
  } catch (error) {
    // whatever is wrong with the file, there is a verdict on the image
    return { state: AppError.from(error).code === 'image-file-missing' ? 'missing' : 'unreadable' }
  }
}

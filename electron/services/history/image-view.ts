/** An image as everybody outside sees it. */
import type { ImageView } from '#shared/contract/history.ts'
import type { ImageRecord } from '#shared/history.ts'

/** Where its file lies stays inside: files are asked for by id. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- named to be left out
export function imageView({ fileName: _, ...image }: ImageRecord): ImageView {
  return image
}

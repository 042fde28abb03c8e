/** An image as everybody outside sees it. */
import type { ForeignImage, ImageRecord, OwnImage } from '#shared/history.ts'

type OwnView = Omit<OwnImage, 'fileName'>
type ForeignView = Omit<ForeignImage, 'fileName'>

/** Where its file lies stays inside: files are asked for by id. */
export function imageView(image: OwnImage): OwnView
export function imageView(image: ForeignImage): ForeignView
export function imageView(image: ImageRecord): OwnView | ForeignView
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- named to be left out
export function imageView({ fileName: _, ...image }: ImageRecord): OwnView | ForeignView {
  return image
}

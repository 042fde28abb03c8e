/**
 * What an export says of how its image was made, keyword and text each as in a PNG. Of an image that was not made here
 * only what was understood, never the texts of its file: nobody knows what paths and names are in them.
 */
import { ImageSettingsSchema } from '#shared/generation.ts'
import { KnownSettingsSchema, type ImageRecord } from '#shared/history.ts'
import { imageText } from '../images/image-text.ts'
import { infotext } from '../images/infotext.ts'

export function exportText(image: ImageRecord): [keyword: string, text: string][] {
  if (image.origin === 'reprise') return imageText(ImageSettingsSchema.parse(image))
  const known = KnownSettingsSchema.parse(image)
  if (Object.keys(known).length === 0) return []
  const { widthPx, heightPx, origin } = image
  return [['parameters', infotext({ ...known, widthPx, heightPx }, origin === 'reprise-copy')]]
}

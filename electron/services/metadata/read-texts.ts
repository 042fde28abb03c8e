/** All texts of an image file by name: chunks of a PNG, comments of a JPEG, fields of an EXIF block, an XMP packet. */
import { imageFormatOf } from '#shared/image-formats.ts'
import { exifFields } from './containers/exif-fields.ts'
import { exifText } from './containers/exif-text.ts'
import { jpegComments } from './containers/jpeg-comments.ts'
import { metadataBlocks } from './containers/metadata-blocks.ts'
import { pngTexts } from './containers/png-texts.ts'
import { xmpTexts } from './containers/xmp-texts.ts'

/** The first of each name counts. Empty if there are none, or it is no PNG, JPEG or WebP. */
export type Texts = ReadonlyMap<string, string>

export async function readTexts(bytes: Uint8Array): Promise<Texts> {
  const format = imageFormatOf(bytes)?.extension
  const texts = new Map<string, string>()
  const add = (name: string, text: string): void => {
    if (text !== '' && !texts.has(name)) texts.set(name, text)
  }
  if (format === 'png') for (const { name, text } of pngTexts(bytes)) add(name, text)
  if (format === 'jpg') for (const { name, text } of jpegComments(bytes)) add(name, text)
  if (format === 'png' || format === 'jpg' || format === 'webp') {
    const { exif, xmp } = await metadataBlocks(bytes)
    if (exif !== undefined) for (const field of exifFields(exif)) add(field.name, exifText(field))
    if (xmp !== undefined) for (const { name, text } of xmpTexts(xmp)) add(name, text)
  }
  return texts
}

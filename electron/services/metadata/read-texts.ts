/** All texts of an image file by name: chunks of a PNG, and fields of an EXIF block. */
import { imageFormatOf } from '#shared/image-formats.ts'
import { exifBlock } from './containers/exif-block.ts'
import { exifFields } from './containers/exif-fields.ts'
import { exifText } from './containers/exif-text.ts'
import { pngTexts } from './containers/png-texts.ts'

/** The first of each name counts. Empty if there are none, or it is no PNG, JPEG or WebP. */
export type Texts = ReadonlyMap<string, string>

export async function readTexts(bytes: Uint8Array): Promise<Texts> {
  const format = imageFormatOf(bytes)?.extension
  const texts = new Map<string, string>()
  const add = (name: string, text: string): void => {
    if (text !== '' && !texts.has(name)) texts.set(name, text)
  }
  if (format === 'png') for (const { name, text } of pngTexts(bytes)) add(name, text)
  if (format === 'png' || format === 'jpg' || format === 'webp') {
    const block = await exifBlock(bytes)
    if (block !== undefined) for (const field of exifFields(block)) add(field.name, exifText(field))
  }
  return texts
}

/**
 * An image as a file for others: PNG with every pixel as it is, JPEG or WebP for less. It is encoded from its pixels, so
 * that nothing is in it but them and, if wanted, the settings: no path, no name of a person, no time.
 */
import sharp from 'sharp'
import type { ExportFormat, ExportOptions } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageStore } from '../images/image-store.ts'
import { encodePng } from '../images/png.ts'
import { exifTexts, jpegWithExif, webpWithExif } from './exif-comment.ts'
import { exportName } from './export-name.ts'
import { exportText } from './export-text.ts'

export interface ExportedImage {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly fileName: string
  readonly mimeType: string
}

export type ExportStore = Pick<ImageStore, 'fileOf' | 'readPixels'>

const FILE_TYPES: Record<ExportFormat, { extension: string; mimeType: string }> = {
  png: { extension: 'png', mimeType: 'image/png' },
  jpeg: { extension: 'jpg', mimeType: 'image/jpeg' },
  webp: { extension: 'webp', mimeType: 'image/webp' },
}

/** The format has 14 bits for a side. */
const MAX_WEBP_SIDE_PX = 16_383

/**
 * @throws {AppError} `not-found`, `image-file-missing`, `image-too-large` (WebP), `invalid-argument` (settings that do
 *   not fit into a JPEG), …
 */
export async function exportImage(store: ExportStore, id: number, options: ExportOptions): Promise<ExportedImage> {
  const { image } = await store.fileOf(id)
  const { widthPx, heightPx, channels, pixels } = await store.readPixels(id)
  const text = options.settings ? exportText(image) : []
  const textOf = (name: string): string | undefined => text.find(([keyword]) => keyword === name)?.[1]
  const comment = textOf('parameters')
  const exif = comment === undefined ? undefined : exifTexts({ comment, exact: textOf('reprise') })
  const encode: Record<ExportFormat, () => Promise<Buffer>> = {
    png: () => encodePng({ widthPx, heightPx, channels, pixels, text }),
    jpeg: async () => {
      // colours at full size: edges of saturated colours fray otherwise
      const jpeg = await raw()
        .flatten({ background: '#ffffff' })
        .jpeg({ quality: options.quality, chromaSubsampling: '4:4:4' })
        .toBuffer()
      return exif === undefined ? jpeg : jpegWithExif(jpeg, exif)
    },
    webp: async () => {
      if (Math.max(widthPx, heightPx) > MAX_WEBP_SIDE_PX) {
        throw new AppError(
          'image-too-large',
          `${widthPx} × ${heightPx} pixels are more than WebP takes (${MAX_WEBP_SIDE_PX} a side): export as PNG or JPEG`,
        )
      }
      const webp = await raw().webp({ quality: options.quality, smartSubsample: true }).toBuffer()
      return exif === undefined ? webp : webpWithExif(webp, exif, widthPx, heightPx)
    },
  }
  const raw = () => sharp(pixels, { raw: { width: widthPx, height: heightPx, channels } })
  const { extension, mimeType } = FILE_TYPES[options.format]
  // in memory of its own, as messages between processes take it
  const bytes = new Uint8Array(await encode[options.format]())
  return { bytes, fileName: exportName(image, extension), mimeType }
}

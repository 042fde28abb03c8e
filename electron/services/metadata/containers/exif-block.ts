/** The EXIF block of a PNG, JPEG or WebP, found by libvips, which finds it in all three. */
import sharp from 'sharp'

/** Only the header is read: a file whose pixels are damaged still tells its settings. */
export async function exifBlock(bytes: Uint8Array): Promise<Buffer | undefined> {
  try {
    const { exif } = await sharp(bytes, { failOn: 'none', limitInputPixels: false, pages: 1 }).metadata()
    return exif
  } catch {
    return undefined
  }
}

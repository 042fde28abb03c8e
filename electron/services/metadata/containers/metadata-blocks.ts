/** The EXIF block and the XMP packet of a PNG, JPEG or WebP, found by libvips, which finds them in all three. */
import sharp from 'sharp'

export interface MetadataBlocks {
  readonly exif?: Buffer | undefined
  readonly xmp?: Buffer | undefined
}

/** Only the header is read: a file whose pixels are damaged still tells its settings. */
export async function metadataBlocks(bytes: Uint8Array): Promise<MetadataBlocks> {
  try {
    const { exif, xmp } = await sharp(bytes, { failOn: 'none', limitInputPixels: false, pages: 1 }).metadata()
    return { exif, xmp }
  } catch {
    return {}
  }
}

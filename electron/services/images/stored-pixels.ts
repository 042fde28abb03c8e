/** The pixels of a PNG that the studio keeps, exactly as the engine gave them. */
import sharp, { type OutputInfo } from 'sharp'
import { AppError, quoted } from '#shared/errors.ts'

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * RGB8, row by row.
 *
 * @param expected its size: the file may be anything, and is not unpacked to more
 * @throws {AppError} `image-invalid` if it is damaged, of another size, or not RGB8
 */
export async function decodeStored(file: string | Buffer, { widthPx, heightPx }: Size): Promise<Uint8Array> {
  const name = typeof file === 'string' ? quoted(file) : 'an image'
  const { data, info } = await decode(file, widthPx * heightPx).catch((cause: unknown) => {
    throw new AppError('image-invalid', `${name} is damaged, or was replaced by another file`, { cause })
  })
  if (info.width !== widthPx || info.height !== heightPx || info.channels !== 3) {
    throw new AppError(
      'image-invalid',
      `${name} was replaced: it has ${info.width} × ${info.height} pixels of ${info.channels} channels, ` +
        `the image that was made ${widthPx} × ${heightPx} of 3`,
    )
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

async function decode(file: string | Buffer, limitInputPixels: number): Promise<{ data: Buffer; info: OutputInfo }> {
  return await sharp(file, { failOn: 'error', limitInputPixels, sequentialRead: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
}

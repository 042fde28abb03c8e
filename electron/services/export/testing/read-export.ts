/** For tests: what is in image files, read without any of the code that writes them. */

interface Part {
  readonly kind: string
  readonly data: Buffer
}

/** Chunks of a PNG, in order. */
export function pngChunks(png: Buffer): Part[] {
  const parts: Part[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at))
    parts.push({ kind: png.toString('latin1', at + 4, at + 8), data })
  }
  return parts
}

/** Segments of a JPEG before its pixels: `ffe1` and so on. */
export function jpegSegments(jpeg: Buffer): Part[] {
  const parts: Part[] = []
  for (let at = 2; jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at] !== 0xff) throw new Error(`no marker at ${at}`)
    const data = jpeg.subarray(at + 4, at + 2 + jpeg.readUInt16BE(at + 2))
    parts.push({ kind: jpeg.toString('hex', at, at + 2), data })
  }
  return parts
}

/** Chunks of a WebP, in order; its sizes must add up. */
export function webpChunks(webp: Buffer): Part[] {
  if (webp.toString('latin1', 0, 4) !== 'RIFF' || webp.readUInt32LE(4) !== webp.length - 8) throw new Error('not whole')
  const parts: Part[] = []
  for (let at = 12; at < webp.length;) {
    const size = webp.readUInt32LE(at + 4)
    parts.push({ kind: webp.toString('latin1', at, at + 4), data: webp.subarray(at + 8, at + 8 + size) })
    at += 8 + size + (size % 2)
  }
  return parts
}

/** Fields of a big-endian TIFF block, those of its EXIF directory included: tag → bytes or number. */
export function exifFields(tiff: Buffer): Map<number, Buffer | number> {
  if (tiff.toString('hex', 0, 4) !== '4d4d002a') throw new Error('not a big-endian TIFF block')
  const fields = new Map<number, Buffer | number>()
  const readDirectory = (at: number): void => {
    const count = tiff.readUInt16BE(at)
    for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
      const tag = tiff.readUInt16BE(entry)
      const value = tiff.readUInt32BE(entry + 8)
      const isBytes = tiff.readUInt16BE(entry + 2) === 7
      fields.set(tag, isBytes ? tiff.subarray(value, value + tiff.readUInt32BE(entry + 4)) : value)
    }
    if (tiff.readUInt32BE(at + 2 + 12 * count) !== 0) throw new Error('one directory was expected')
  }
  readDirectory(tiff.readUInt32BE(4))
  const exifAt = fields.get(0x8769)
  if (typeof exifAt === 'number') readDirectory(exifAt)
  return fields
}

/** A comment as A1111 reads it. */
export function userComment(tiff: Buffer): string {
  const comment = exifFields(tiff).get(0x9286)
  if (!Buffer.isBuffer(comment)) throw new Error('no comment')
  if (comment.toString('latin1', 0, 8) !== 'UNICODE\0') throw new Error('not Unicode')
  return new TextDecoder('utf-16be', { fatal: true }).decode(comment.subarray(8))
}

export interface ZipEntry {
  readonly name: string
  readonly data: Buffer
  /** Method, DOS time and date, and how long its extra fields are. */
  readonly method: number
  readonly dosTime: number
  readonly dosDate: number
  readonly extraBytes: number
}

/** Entries by the central directory; none may be compressed. */
export function zipEntries(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  const entries: ZipEntry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('not an entry of the central directory')
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset))
    const local = zip.readUInt32LE(at + 42)
    const dataAt = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameBytes),
      data: zip.subarray(dataAt, dataAt + zip.readUInt32LE(at + 24)),
      method: zip.readUInt16LE(at + 10),
      dosTime: zip.readUInt16LE(at + 12),
      dosDate: zip.readUInt16LE(at + 14),
      extraBytes,
    })
    at += 46 + nameBytes + extraBytes + commentBytes
  }
  return entries
}

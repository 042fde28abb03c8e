/**
 * Texts as EXIF fields, and where JPEG and WebP files carry them.
 *
 * A1111 and what reads its files expect the text in UserComment, in UTF-16, big-endian, behind `UNICODE\0`; what sharp
 * writes is ASCII, without the letters that have none. The exact settings are in MakerNote, which the standard leaves to
 * whoever makes the picture: A1111 and SD.Next take settings from UserComment alone, StabilityMatrix on top of that from
 * ImageDescription and Software, ComfyUI from Make, Model and what else is text in the first directory, Fooocus from a
 * MakerNote in the first directory; ours is in the second.
 *
 * Layout: Exif 2.32 (CIPA DC-008), 4.5.2 and 4.6.6; WebP container specification, "Extended File Format".
 */
import { AppError } from '#shared/errors.ts'

const EXIF_IFD_POINTER = 0x8769
const MAKER_NOTE = 0x927c
const USER_COMMENT = 0x9286
const TYPE_LONG = 4
const TYPE_UNDEFINED = 7
const TIFF_HEADER_BYTES = 8
const ENTRY_BYTES = 12

/** A TIFF block with these fields. @param exact only of images of ours */
export function exifTexts({ comment, exact }: { comment: string; exact: string | undefined }): Buffer {
  // readers end a text at NUL
  const clean = comment.replaceAll('\0', '\ufffd').toWellFormed()
  const userComment = Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), Buffer.from(clean, 'utf16le').swap16()])
  // in the order of their numbers
  const fields: readonly (readonly [tag: number, value: Buffer])[] = [
    ...(exact === undefined ? [] : [[MAKER_NOTE, Buffer.from(exact)] as const]),
    [USER_COMMENT, userComment],
  ]
  const exifAt = TIFF_HEADER_BYTES + directoryBytes(1)
  let valueAt = exifAt + directoryBytes(fields.length)
  const entries = fields.map(([tag, value]): Entry => {
    const entry = [tag, TYPE_UNDEFINED, value.length, valueAt] as const
    valueAt += evenLength(value)
    return entry
  })
  return Buffer.concat([
    // MM: big-endian; 42; where the first directory is
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, TIFF_HEADER_BYTES]),
    directory([[EXIF_IFD_POINTER, TYPE_LONG, 1, exifAt]]),
    directory(entries),
    ...fields.map(([, value]) => Buffer.concat([value], evenLength(value))),
  ])
}

/** Values begin at even places. */
function evenLength({ length }: Buffer): number {
  return length + (length % 2)
}

type Entry = readonly [tag: number, type: number, count: number, value: number]

/** Count, entries, offset of the next, which there is not. */
function directoryBytes(entryCount: number): number {
  return 2 + entryCount * ENTRY_BYTES + 4
}

function directory(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(directoryBytes(entries.length))
  bytes.writeUInt16BE(entries.length, 0)
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + index * ENTRY_BYTES
    bytes.writeUInt16BE(tag, at)
    bytes.writeUInt16BE(type, at + 2)
    bytes.writeUInt32BE(count, at + 4)
    bytes.writeUInt32BE(value, at + 8)
  }
  return bytes
}

const START_OF_IMAGE_BYTES = 2
const MAX_SEGMENT_BYTES = 0xffff

/** @throws {AppError} `invalid-argument` if it does not fit: a JPEG has room for 64 KiB, some 20,000 characters */
export function jpegWithExif(jpeg: Buffer, exif: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])
  const length = body.length + 2
  if (length > MAX_SEGMENT_BYTES) {
    throw new AppError(
      'invalid-argument',
      `the prompt is too long for a JPEG, which has room for ${MAX_SEGMENT_BYTES} bytes of settings: ` +
        'export as PNG or WebP, or without settings',
      { data: { sizeBytes: length, maxBytes: MAX_SEGMENT_BYTES } },
    )
  }
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), body])
  return Buffer.concat([jpeg.subarray(0, START_OF_IMAGE_BYTES), segment, jpeg.subarray(START_OF_IMAGE_BYTES)])
}

const RIFF_HEADER_BYTES = 12
const RIFF_CHUNK_HEADER_BYTES = 8
const HAS_EXIF = 0x08

/** @param webp lossy: `RIFF`, size, `WEBP`, then one `VP8 ` chunk, or for one with transparency `VP8X` and others */
export function webpWithExif(webp: Buffer, exif: Buffer, widthPx: number, heightPx: number): Buffer {
  const kind = webp.toString('latin1', RIFF_HEADER_BYTES, RIFF_HEADER_BYTES + 4)
  if (kind === 'VP8X') {
    const marked = Buffer.from(webp)
    marked[RIFF_HEADER_BYTES + RIFF_CHUNK_HEADER_BYTES] |= HAS_EXIF
    return riffChunk('RIFF', Buffer.concat([marked.subarray(RIFF_CHUNK_HEADER_BYTES), riffChunk('EXIF', exif)]))
  }
  if (kind !== 'VP8 ') throw new AppError('internal', `a WebP file of the simple format was expected, not ${kind}`)
  const header = Buffer.alloc(10)
  header.writeUInt8(HAS_EXIF, 0)
  header.writeUIntLE(widthPx - 1, 4, 3)
  header.writeUIntLE(heightPx - 1, 7, 3)
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    riffChunk('VP8X', header),
    webp.subarray(RIFF_HEADER_BYTES),
    riffChunk('EXIF', exif),
  ])
  return riffChunk('RIFF', body)
}

/** Padded to an even length, which the size does not tell. */
function riffChunk(kind: string, data: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(data.length)
  return Buffer.concat([Buffer.from(kind, 'latin1'), size, data, Buffer.alloc(data.length % 2)])
}

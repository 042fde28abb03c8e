/**
 * The few fields of an EXIF block that programs keep settings in, out of bytes that may be anything: offsets are
 * checked, each directory is read once, and no more of them than a sound file has.
 *
 * Layout: TIFF 6.0, section 2; Exif 2.32 (CIPA DC-008), 4.6.
 */
import { MAX_SETTINGS_TEXT_LENGTH } from '#shared/contract/metadata.ts'

export interface ExifField {
  readonly name: string
  readonly bytes: Buffer
}

const NAMES: Readonly<Partial<Record<number, string>>> = {
  0x010e: 'ImageDescription',
  0x010f: 'Make',
  0x0110: 'Model',
  0x0131: 'Software',
  0x927c: 'MakerNote',
  0x9286: 'UserComment',
}
const EXIF_IFD_POINTER = 0x8769
/** BYTE, ASCII, SBYTE, UNDEFINED: one byte a unit; all others hold numbers. */
const BYTE_TYPES = [1, 2, 6, 7]
const ENTRY_BYTES = 12
const MAX_DIRECTORIES = 8
const MAX_ENTRIES = 1000

export function exifFields(block: Buffer): ExifField[] {
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block
  const order = tiff.toString('latin1', 0, 2)
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return []
  const isLittleEndian = order === 'II'
  const u16 = (at: number): number => (isLittleEndian ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const u32 = (at: number): number => (isLittleEndian ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))

  const fields: ExifField[] = []
  const known = new Set<number>()
  const waiting = [u32(4)]
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (at === 0 || at + 2 > tiff.length || known.has(at) || known.size === MAX_DIRECTORIES) continue
    known.add(at)
    const entriesAt = at + 2
    const entryCount = Math.min(u16(at), MAX_ENTRIES, Math.floor((tiff.length - entriesAt) / ENTRY_BYTES))
    for (let entry = 0; entry < entryCount; entry++) readEntry(entriesAt + entry * ENTRY_BYTES)
    const nextAt = entriesAt + entryCount * ENTRY_BYTES
    if (nextAt + 4 <= tiff.length) waiting.push(u32(nextAt))
  }
  return fields

  function readEntry(at: number): void {
    const tag = u16(at)
    const type = u16(at + 2)
    const count = u32(at + 4)
    if (tag === EXIF_IFD_POINTER) waiting.push(u32(at + 8))
    const name = NAMES[tag]
    // the first counts: a thousand that share their bytes would each have to be decoded
    if (name === undefined || fields.some((field) => field.name === name)) return
    if (!BYTE_TYPES.includes(type) || count > MAX_SETTINGS_TEXT_LENGTH) return
    // what fits into four bytes stands in the entry itself
    const dataAt = count <= 4 ? at + 8 : u32(at + 8)
    if (dataAt + count > tiff.length) return
    fields.push({ name, bytes: tiff.subarray(dataAt, dataAt + count) })
  }
}

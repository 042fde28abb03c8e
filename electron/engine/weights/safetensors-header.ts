/**
 * The header of a safetensors file, read and checked as a hostile thing: nothing in it is used before it is known
 * to fit the file. Accepts and refuses what the reference crate does (`SafeTensors::read_metadata`,
 * `Metadata::validate`): the tensors must cover the data section exactly, with neither overlap nor hole.
 *
 * Layout: 8 bytes little-endian header length N, N bytes of UTF-8 JSON, then the data section to the end of file.
 */
import { quoted } from '#shared/errors.ts'
import { describeForeignFile, FOREIGN_FILE_BYTES } from '#shared/foreign-file.ts'
import { mistakenFor } from '#shared/mistaken-file.ts'
import { isObject, parseJsonObject } from './json-file.ts'
import { openRegularFile, readExactly, weightsInvalid } from './regular-file.ts'
import type { TensorEntry } from './weights.ts'

export interface SafetensorsHeader {
  readonly file: string
  /** Bytes of the whole file. */
  readonly sizeBytes: number
  /** The JSON as it stands in the file, without the length before it. */
  readonly bytes: Uint8Array
  /** In the order of the data section. */
  readonly entries: readonly TensorEntry[]
  /** `__metadata__`: what trainers and tools wrote about the file. The format has texts only; others are left out. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The reference crate's MAX_HEADER_SIZE. */
const MAX_HEADER_BYTES = 100_000_000
/** { tensor: { shape: [ ] } } */
const MAX_HEADER_DEPTH = 3
const LENGTH_BYTES = 8

const DTYPE_BITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    4: ['F4'],
    6: ['F6_E2M3', 'F6_E3M2'],
    8: ['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'],
    16: ['I16', 'U16', 'F16', 'BF16'],
    32: ['I32', 'U32', 'F32'],
    64: ['I64', 'U64', 'F64', 'C64'],
  }).flatMap(([bits, dtypes]) => dtypes.map((dtype) => [dtype, Number(bits)] as const)),
)

/** Of a file that is something else, as much as tells what. */
const BEGINNING_BYTES = 512

/**
 * @param file absolute path
 * @throws {AppError} `weights-invalid` naming the file's base name and the first thing wrong with it
 */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  const { handle, stats } = await openRegularFile(file)
  try {
    const sizeBytes = stats.size
    const mistaken = mistakenFor(await readExactly(handle, file, 0, Math.min(sizeBytes, BEGINNING_BYTES)))
    if (mistaken !== undefined) throw weightsInvalid(file, mistaken)
    if (sizeBytes < LENGTH_BYTES) throw weightsInvalid(file, `${sizeBytes} bytes are too few for a safetensors file`)
    const length = Buffer.from(await readExactly(handle, file, 0, LENGTH_BYTES)).readBigUInt64LE()
    const isTooLong = length > BigInt(sizeBytes - LENGTH_BYTES)
    if (isTooLong || length === 0n || length > BigInt(MAX_HEADER_BYTES)) {
      const start = await readExactly(handle, file, 0, Math.min(sizeBytes, FOREIGN_FILE_BYTES))
      const foreign = describeForeignFile(start)
      if (foreign !== undefined) throw weightsInvalid(file, `not a safetensors file: ${foreign}`)
    }
    if (length > BigInt(MAX_HEADER_BYTES)) {
      throw weightsInvalid(file, `not a safetensors file, or damaged: its header would be ${length.toString()} bytes`)
    }
    const dataStart = LENGTH_BYTES + Number(length)
    if (isTooLong) {
      throw weightsInvalid(file, `its header reaches to byte ${dataStart}, but the file has only ${sizeBytes} bytes`)
    }
    const bytes = await readExactly(handle, file, LENGTH_BYTES, Number(length))
    const header = parseHeader(file, bytes)
    const entries = checkedEntries(file, header, dataStart, sizeBytes)
    return { file, sizeBytes, bytes, entries, metadata: textsOf(header.__metadata__) }
  } finally {
    await handle.close()
  }
}

function parseHeader(file: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    return parseJsonObject(bytes, MAX_HEADER_DEPTH)
  } catch (cause) {
    throw weightsInvalid(file, `its header ${(cause as Error).message}`, cause)
  }
}

function textsOf(metadata: unknown): Record<string, string> {
  const texts = Object.entries(isObject(metadata) ? metadata : {}).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(texts) as Record<string, string>
}

function checkedEntries(
  file: string,
  header: Record<string, unknown>,
  dataStart: number,
  sizeBytes: number,
): TensorEntry[] {
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => checkedEntry(file, name, value, dataStart))
    // an empty tensor lies before the one that begins where it does
    .sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength)
  let end = dataStart
  for (const entry of entries) {
    if (entry.offset !== end) {
      const fault = entry.offset < end ? 'overlaps the one before it' : 'leaves a hole before it'
      throw weightsInvalid(file, `tensor ${quoted(entry.name)} ${fault}`)
    }
    end += entry.byteLength
    if (end > sizeBytes) throw weightsInvalid(file, `tensor ${quoted(entry.name)} reaches past the end of the file`)
  }
  if (end !== sizeBytes) throw weightsInvalid(file, `${sizeBytes - end} bytes at its end belong to no tensor`)
  return entries
}

function checkedEntry(file: string, name: string, value: unknown, dataStart: number): TensorEntry {
  const fail = (what: string) => weightsInvalid(file, `tensor ${quoted(name)} ${what}`)
  if (!isObject(value)) throw fail('is not described by an object')
  const { dtype, shape, data_offsets: offsets } = value
  const bits = typeof dtype === 'string' ? DTYPE_BITS.get(dtype) : undefined
  if (typeof dtype !== 'string' || bits === undefined) throw fail(`has the unknown dtype ${quoted(dtype)}`)
  if (!isSizeList(shape)) throw fail('has no valid shape')
  if (!isSizeList(offsets) || offsets.length !== 2) throw fail('has no valid data_offsets')
  const [begin, end] = offsets as [number, number]
  if (end < begin) throw fail(`ends (byte ${end}) before it begins (byte ${begin})`)
  let sizeBits = bits
  for (const dim of shape) {
    sizeBits *= dim
    if (!Number.isSafeInteger(sizeBits)) throw fail('has a shape too large to be real')
  }
  if (sizeBits !== (end - begin) * 8) {
    throw fail(`of shape [${shape.slice(0, 8).join(', ')}], ${dtype}, should not take ${end - begin} bytes`)
  }
  return { name, dtype, shape, file, offset: dataStart + begin, byteLength: end - begin }
}

function isSizeList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)
}

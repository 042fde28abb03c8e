/**
 * Writes safetensors files: the same tensors give the same bytes, and a crash leaves the old file or the new one.
 * Tensors lie in the order of the map; the header is padded with spaces so that the data begins at a multiple of 8,
 * as the reference crate does.
 */
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { elementCount } from '#engine/tensor/tensor.ts'
import type { NamedTensor } from './read-tensor.ts'

const ALIGNMENT = 8

/**
 * @param path replaced if it exists; its folder must exist
 * @throws {AppError} `shape-mismatch` if a tensor's data does not fill its shape
 */
export async function writeSafetensors(path: string, tensors: ReadonlyMap<string, NamedTensor>): Promise<void> {
  const header = headerBytes(tensors)
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(header)
      for (const { data } of tensors.values()) {
        await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function headerBytes(tensors: ReadonlyMap<string, NamedTensor>): Uint8Array {
  let offset = 0
  const entries = [...tensors].map(([name, { shape, data }]) => {
    if (elementCount(shape) !== data.length) {
      throw new AppError('shape-mismatch', `${name}: [${shape.join(', ')}] is not ${data.length} elements`)
    }
    const begin = offset
    offset += data.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const
  })
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT
  const bytes = Buffer.alloc(8 + padded, ' ')
  bytes.writeBigUInt64LE(BigInt(padded))
  json.copy(bytes, 8)
  return bytes
}

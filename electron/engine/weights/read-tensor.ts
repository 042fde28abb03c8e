/** Tensor data as float32. F16 and BF16 are widened, which is exact: float32 holds every value of both. */
import { endianness } from 'node:os'
import { AppError, quoted } from '#shared/errors.ts'
import { openRegularFile, readExactly } from './regular-file.ts'
import { readSafetensorsHeader } from './safetensors-header.ts'
import type { TensorEntry } from './weights.ts'

/** What `readTensorFile` gives and `writeSafetensors` takes. */
export interface NamedTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * @returns the elements in row-major order, newly allocated
 * @throws {AppError} `dtype-unsupported` if not F32, F16 or BF16; `weights-invalid` if the file became shorter
 */
export async function readFloat32(entry: TensorEntry): Promise<Float32Array<ArrayBuffer>> {
  const { handle } = await openRegularFile(entry.file)
  try {
    const bytes = await readExactly(handle, entry.file, entry.offset, entry.byteLength)
    return toFloat32(entry, bytes)
  } finally {
    await handle.close()
  }
}

/**
 * All tensors of one safetensors file.
 * @throws {AppError} `weights-invalid`, `dtype-unsupported`
 */
export async function readTensorFile(file: string): Promise<Map<string, NamedTensor>> {
  const tensors = new Map<string, NamedTensor>()
  for (const entry of (await readSafetensorsHeader(file)).entries) {
    tensors.set(entry.name, { shape: entry.shape, data: await readFloat32(entry) })
  }
  return tensors
}

function toFloat32(entry: TensorEntry, bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  // the files are little-endian, and so is every machine that ONNX Runtime's Node package is built for
  if (endianness() !== 'LE') throw new AppError('internal', 'big-endian machines are not supported')
  switch (entry.dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer)
    case 'BF16':
      // the upper half of a float32
      return widened(new Uint16Array(bytes.buffer), (half) => half << 16)
    case 'F16':
      return widened(new Uint16Array(bytes.buffer), halfToFloatBits)
    default:
      throw new AppError(
        'dtype-unsupported',
        `tensor ${quoted(entry.name)} is ${entry.dtype}; only F32, F16 and BF16 are read`,
        { data: { tensor: entry.name, dtype: entry.dtype } },
      )
  }
}

/** By way of bit patterns, so that NaNs keep their payload too. */
function widened(halves: Uint16Array, floatBits: (half: number) => number): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = floatBits(halves[i])
  return new Float32Array(bits.buffer)
}

/** IEEE 754 binary16 → binary32. By hand, as Node before 24 has no Float16Array. */
function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  let fraction = half & 0x3ff
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13)
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  // subnormal: float32 has room to write it with a leading one
  const shift = Math.clz32(fraction) - 21
  fraction = (fraction << shift) & 0x3ff
  return sign | ((113 - shift) << 23) | (fraction << 13)
}

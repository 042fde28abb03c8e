/** The identity of weight files without reading gigabytes. */
import type { Hash } from 'node:crypto'
import { basename } from 'node:path'
import { openRegularFile, readExactly } from './regular-file.ts'
import { readSafetensorsHeader } from './safetensors-header.ts'
import type { Weights } from './weights.ts'

const SAMPLE_BYTES = 65536

/**
 * Feeds into `hash`, for each file in the order of names: base name, size, the whole header, and the first, the
 * middle and the last 64 KiB of the tensor data. Neither paths nor times count. Weights that differ only outside of
 * the samples are not told apart; training or merging changes every part, so only hand-made files do that.
 * @throws {AppError} `weights-invalid` if a file changed since it was opened
 */
export async function hashWeights(hash: Hash, weights: Weights): Promise<void> {
  for (const file of weights.files) await hashWeightsFile(hash, file, basename(file))
}

/**
 * Feeds one file into `hash`.
 *
 * @param label what it is known by, such as its base name
 * @throws {AppError} `weights-invalid`
 */
export async function hashWeightsFile(hash: Hash, file: string, label: string): Promise<void> {
  const { sizeBytes, bytes: header } = await readSafetensorsHeader(file)
  updateFramed(hash, label, header)
  updateFramed(hash, 'size', Buffer.from(String(sizeBytes)))
  const dataStart = 8 + header.length
  const length = Math.min(SAMPLE_BYTES, sizeBytes - dataStart)
  const { handle } = await openRegularFile(file)
  try {
    for (const position of [
      dataStart,
      dataStart + Math.floor((sizeBytes - dataStart - length) / 2),
      sizeBytes - length,
    ]) {
      updateFramed(hash, 'sample', await readExactly(handle, file, position, length))
    }
  } finally {
    await handle.close()
  }
}

/** Each part with its label and length, so that bytes cannot move from one part to the next unseen. */
export function updateFramed(hash: Hash, label: string, bytes: Uint8Array): void {
  hash.update(`${label}\0${bytes.length}\0`).update(bytes)
}

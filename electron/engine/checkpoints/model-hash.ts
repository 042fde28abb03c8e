/** One hash for a model folder, so that history can say which model made an image. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { Architecture } from '#engine/architectures/architecture.ts'
import type { RawConfig } from '#engine/networks/network.ts'
import { readSmallFile } from '#engine/weights/json-file.ts'
import { hashWeights, updateFramed } from '#engine/weights/weights-hash.ts'
import type { Weights } from '#engine/weights/weights.ts'

/** tokenizer.json is the largest, a few MB. */
const MAX_HASHED_BYTES = 100_000_000

/** Whatever a tokenizer may be made of; those that exist are hashed. */
const TOKENIZER_FILES = [
  'added_tokens.json',
  'merges.txt',
  'special_tokens_map.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.json',
]

/**
 * The identity of all that an image depends on in a model folder: config.json and weights of each component (weights by
 * samples, see `hashWeights`), every tokenizer file, scheduler_config.json, byte by byte, and what the family reads of
 * model_index.json. Not covered: the rest of that, reprise.json (its defaults are written out in each image's settings),
 * other components. Paths, times and links do not count, so the same download has the same hash on every machine.
 *
 * @param dir              the model folder
 * @param componentWeights in the declaration's order
 * @throws {AppError} `model-config-invalid`, `weights-invalid`
 */
export async function folderHash(
  dir: string,
  { tokenizers, indexFields }: Architecture,
  index: RawConfig,
  componentWeights: readonly Weights[],
): Promise<string> {
  const hash = createHash('sha256')
  const update = async (shownName: string) => {
    try {
      updateFramed(hash, shownName, await readSmallFile(join(dir, shownName), MAX_HASHED_BYTES))
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw new AppError('model-config-invalid', `${shownName} ${(cause as Error).message}`, { cause })
    }
  }
  for (const weights of componentWeights) {
    await update(`${weights.component}/config.json`)
    await hashWeights(hash, weights)
  }
  for (const { folder } of tokenizers) {
    const present = await readdir(join(dir, folder))
    for (const file of TOKENIZER_FILES) if (present.includes(file)) await update(`${folder}/${file}`)
  }
  await update('scheduler/scheduler_config.json')
  for (const field of indexFields) {
    updateFramed(hash, `model_index.json#${field}`, Buffer.from(JSON.stringify(index[field] ?? null)))
  }
  return hash.digest('hex')
}

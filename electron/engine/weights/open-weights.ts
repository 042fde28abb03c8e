/**
 * The weights of one component folder, as diffusers and transformers lay them out: `X.safetensors`, or shards named
 * by `X.safetensors.index.json`, or either of them in a variant (`X.fp16.safetensors`). The plain form is taken
 * before a variant, and of the variants fp16.
 */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { isObject, parseJsonObject, readSmallFile } from './json-file.ts'
import { weightsInvalid } from './regular-file.ts'
import { readSafetensorsHeader } from './safetensors-header.ts'
import type { TensorEntry, Weights } from './weights.ts'

export type WeightsBaseName = 'diffusion_pytorch_model' | 'model'

/** Larger than any real index by two orders of magnitude. */
const MAX_INDEX_BYTES = 50_000_000
const MAX_SHARDS = 1000
const READABLE_DTYPES: readonly string[] = ['F32', 'F16', 'BF16']

/**
 * Finds the component's weights and checks every header; reads no tensor data.
 * @param folder    the component's folder, '…/unet'
 * @param component its name for messages, 'unet'
 * @throws {AppError} `model-component-missing` if there are no safetensors, `weights-invalid` if they are damaged
 */
export async function openWeights(folder: string, baseName: WeightsBaseName, component: string): Promise<Weights> {
  const dir = resolve(folder)
  const found = chooseFile(await namesIn(dir, component), baseName, component)
  const tensors = new Map<string, TensorEntry>()
  if (found.endsWith('.safetensors')) {
    const file = join(dir, found)
    for (const entry of (await readSafetensorsHeader(file)).entries) tensors.set(entry.name, entry)
    return new OpenedWeights(component, [file], tensors)
  }
  const index = await readIndex(join(dir, found))
  const files: string[] = []
  // in sorted order, so that neither messages nor hashes depend on how the index was written
  for (const shard of [...new Set(index.values())].sort()) {
    const file = join(dir, shard)
    files.push(file)
    // the index says which shard a tensor is taken from; what it does not name does not count
    for (const entry of (await readSafetensorsHeader(file)).entries) {
      if (index.get(entry.name) === shard) tensors.set(entry.name, entry)
    }
  }
  // what the index names and no shard has is missed only if the network asks for it, as in diffusers
  return new OpenedWeights(component, files, tensors)
}

/** Weights out of tensors that are known already, such as a component's part of a single file. */
export function weightsFrom(
  component: string,
  files: readonly string[],
  tensors: ReadonlyMap<string, TensorEntry>,
): Weights {
  return new OpenedWeights(component, files, tensors)
}

async function namesIn(dir: string, component: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort()
  } catch (cause) {
    throw new AppError('model-component-missing', `the model has no readable folder ${quoted(component)}`, {
      data: { component },
      cause,
    })
  }
}

function chooseFile(names: readonly string[], baseName: WeightsBaseName, component: string): string {
  const candidates = [
    `${baseName}.safetensors`,
    `${baseName}.safetensors.index.json`,
    `${baseName}.fp16.safetensors`,
    `${baseName}.safetensors.index.fp16.json`,
  ]
  const best = candidates.find((name) => names.includes(name))
  if (best !== undefined) return best
  const variants = names.filter((name) => isVariant(name, baseName))
  if (variants.length === 1) return variants[0]
  const data = { component, expected: candidates[0] }
  if (variants.length > 1) {
    const list = variants.slice(0, 4).map(quoted).join(', ')
    throw new AppError('weights-invalid', `${component}: several variants and no plain weights (${list}); keep one`, {
      data,
    })
  }
  const pickle = names.find((name) => /\.(bin|ckpt|pt|pth)$/.test(name))
  const hint =
    pickle === undefined
      ? 'download the safetensors weights into it'
      : `${quoted(pickle)} is a pickle, which is not read as it can run code; get the safetensors form of the model`
  throw new AppError('model-component-missing', `${component}: no ${candidates[0]} in its folder; ${hint}`, { data })
}

/** X.<variant>.safetensors or X.safetensors.index.<variant>.json; not a single shard of a variant. */
function isVariant(name: string, baseName: WeightsBaseName): boolean {
  const variant = new RegExp(`^${baseName}\\.(?:([^.]+)\\.safetensors|safetensors\\.index\\.([^.]+)\\.json)$`).exec(
    name,
  )
  return variant !== null && !/-\d+-of-\d+\.safetensors$/.test(name)
}

/** Tensor name → shard file name, the latter known to be plain names. */
async function readIndex(file: string): Promise<Map<string, string>> {
  let weightMap: unknown
  try {
    weightMap = parseJsonObject(await readSmallFile(file, MAX_INDEX_BYTES)).weight_map
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw weightsInvalid(file, `it ${(cause as Error).message}`, cause)
  }
  if (!isObject(weightMap)) throw weightsInvalid(file, 'it has no weight_map')
  const index = new Map<string, string>()
  for (const [name, shard] of Object.entries(weightMap)) {
    if (typeof shard !== 'string' || !/^[^/\\:\0]+\.safetensors$/.test(shard)) {
      throw weightsInvalid(file, `tensor ${quoted(name)} is not in a safetensors file of this folder`)
    }
    index.set(name, shard)
  }
  if (new Set(index.values()).size > MAX_SHARDS) throw weightsInvalid(file, `it names more than ${MAX_SHARDS} shards`)
  return index
}

class OpenedWeights implements Weights {
  readonly component: string
  readonly files: readonly string[]
  readonly #tensors: ReadonlyMap<string, TensorEntry>

  constructor(component: string, files: readonly string[], tensors: ReadonlyMap<string, TensorEntry>) {
    this.component = component
    this.files = files
    this.#tensors = tensors
  }

  names(): IterableIterator<string> {
    return this.#tensors.keys()
  }

  has(name: string): boolean {
    return this.#tensors.has(name)
  }

  get(name: string): TensorEntry | undefined {
    return this.#tensors.get(name)
  }

  require(name: string, shape: readonly number[]): TensorEntry {
    const entry = this.#tensors.get(name)
    const { component } = this
    if (entry === undefined) {
      throw new AppError('tensor-missing', `${component}: its weights have no tensor ${quoted(name)}`, {
        data: { component, tensor: name, expectedShape: shape },
      })
    }
    if (!sameBytes(entry.shape, shape)) {
      throw new AppError(
        'tensor-shape-mismatch',
        `${component}: tensor ${quoted(name)} should be [${shape.join(', ')}] by the config ` +
          `but is [${entry.shape.slice(0, 8).join(', ')}]`,
        { data: { component, tensor: name, expectedShape: shape, foundShape: entry.shape.slice(0, 8) } },
      )
    }
    if (!READABLE_DTYPES.includes(entry.dtype)) {
      throw new AppError(
        'dtype-unsupported',
        `${component}: tensor ${quoted(name)} is ${entry.dtype}; only ${READABLE_DTYPES.join(', ')} are read`,
        { data: { component, tensor: name, dtype: entry.dtype } },
      )
    }
    return { ...entry, shape }
  }
}

/** Equal shapes, where [o, i, 1, 1] counts as [o, i]. */
function sameBytes(a: readonly number[], b: readonly number[]): boolean {
  const matrix = (shape: readonly number[]) =>
    shape.length === 4 && shape[2] === 1 && shape[3] === 1 ? shape.slice(0, 2) : shape
  const [x, y] = [matrix(a), matrix(b)]
  return x.length === y.length && x.every((dim, i) => dim === y[i])
}

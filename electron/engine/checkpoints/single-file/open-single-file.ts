/** A checkpoint in one safetensors file, opened as a folder with the same weights would be. Reads no tensor data. */
import { createHash } from 'node:crypto'
import { basename, extname, resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { ModelComponentName } from '#shared/names.ts'
import type { Architecture } from '#engine/architectures/architecture.ts'
import { architectureOfIndex } from '#engine/architectures/registry.ts'
import { openClipTokenizer } from '#engine/tokenizer/clip-tokenizer.ts'
import type { ClipTokenizer, OpenTokenizerOptions } from '#engine/tokenizer/open-tokenizer.ts'
import { readSafetensorsHeader } from '#engine/weights/safetensors-header.ts'
import { hashWeightsFile, updateFramed } from '#engine/weights/weights-hash.ts'
import type { Checkpoint, ModelComponent } from '../checkpoint.ts'
import { readSideFile, type SideFile } from '../folder-json.ts'
import { componentNames, networkOf } from '../open-folder.ts'
import { TEXT_ENCODERS } from './family.ts'
import { splitCheckpoint, type SplitCheckpoint } from './split-checkpoint.ts'

/**
 * @param path of the file
 * @throws {AppError} `weights-invalid`, `architecture-unsupported` if it is no checkpoint that can be used,
 *   `model-component-missing`, `model-config-invalid` for what lies beside it
 */
export async function openSingleFile(path: string): Promise<Checkpoint> {
  const file = resolve(path)
  const { side, split } = await readSingleFile(file)
  const architecture = architectureOfIndex(split.modelIndex)
  const components = new Map<ModelComponentName, ModelComponent>()
  for (const name of componentNames(architecture)) components.set(name, singleFileComponent(split, architecture, name))
  return {
    path: file,
    name: side.name ?? nameOfFile(file),
    architecture,
    index: split.modelIndex,
    components,
    openTokenizer: (folder, options) => openSingleFileTokenizer(split, folder, options),
    schedulerConfig: split.schedulerConfig,
    defaults: side.defaults,
    hash: await singleFileHash(file, split),
  }
}

export function nameOfFile(file: string): string {
  return basename(file, extname(file))
}

/** The file, taken apart by what lies beside it. @throws {AppError} as `openSingleFile` */
export async function readSingleFile(file: string): Promise<{ side: SideFile; split: SplitCheckpoint }> {
  const side = await readSideFile(file)
  const split = await splitCheckpoint(await readSafetensorsHeader(file), { predictionType: side.predictionType })
  return { side, split }
}

/** @throws {AppError} `model-component-missing` naming what the file lacks */
export function singleFileComponent(
  split: SplitCheckpoint,
  architecture: Architecture,
  name: ModelComponentName,
): ModelComponent {
  const component = split.components[name]
  if (component === undefined) {
    throw new AppError(
      'model-component-missing',
      `the file holds no ${name} (${SHOWN_NAMES[name] ?? name}): it is only a part of a model; get the whole checkpoint`,
      { data: { component: name } },
    )
  }
  const { config, weights } = component
  return { network: networkOf(architecture, name, config, split.modelIndex), config, weights }
}

const SHOWN_NAMES: Partial<Record<ModelComponentName, string>> = {
  text_encoder: 'the text encoder',
  text_encoder_2: 'the second text encoder',
  unet: 'the network that denoises',
  vae: 'the VAE',
}

/** @param folder of the tokenizer in diffusers' layout */
export async function openSingleFileTokenizer(
  { family }: SplitCheckpoint,
  folder: string,
  options: OpenTokenizerOptions,
): Promise<ClipTokenizer> {
  const encoder = folder.replace('tokenizer', 'text_encoder')
  const place = TEXT_ENCODERS[family].find(({ component }) => component === encoder)
  return openClipTokenizer(place?.kind === 'open-clip' ? 'zero' : 'end', options)
}

/**
 * The identity of a checkpoint in one file: its header and samples of its weights, and what it was told to predict. The
 * file's name does not count, as people rename such files.
 */
export async function singleFileHash(file: string, { prediction }: SplitCheckpoint): Promise<string> {
  const hash = createHash('sha256')
  await hashWeightsFile(hash, file, 'single file')
  if (prediction.source === 'setting') updateFramed(hash, 'prediction', Buffer.from(prediction.type))
  return hash.digest('hex')
}

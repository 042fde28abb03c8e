/**
 * A single-file checkpoint as the components that a diffusers folder would have: for each the class, the config.json,
 * and its weights under diffusers' names, which stay where they are in the file. Reads the header, and a few hundred
 * values where only they tell what the model predicts.
 *
 * Must give the tensors that diffusers 0.42 `from_single_file` makes; oracle: test/oracles/single_file.py.
 */
import { basename } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { describeWeights } from '#shared/recognize-weights.ts'
import { weightsFrom } from '#engine/weights/open-weights.ts'
import type { SafetensorsHeader } from '#engine/weights/safetensors-header.ts'
import type { TensorEntry, Weights } from '#engine/weights/weights.ts'
import { clipConfigFromShapes, countLayers } from './clip-config-from-shapes.ts'
import { openClipTensors, transformersClipTensors } from './clip-keys.ts'
import { familyOf, TEXT_ENCODERS, UNET_PREFIX, VAE_PREFIXES, type ComponentName, type Family } from './family.ts'
import { predictionTypeOf, type KnownPrediction, type PredictionType } from './prediction-type.ts'
import { schedulerConfigOfFamily } from './scheduler-config-of-family.ts'
import { unetConfigFromShapes } from './unet-config-from-shapes.ts'
import { layoutOfOriginalNames, unetKeys } from './unet-keys.ts'
import { vaeConfigFromShapes } from './vae-config-from-shapes.ts'
import { vaeLevels, vaeNameInDiffusers } from './vae-keys.ts'

export interface SplitComponent {
  /** As transformers or diffusers call it: 'CLIPTextModel'. */
  readonly className: string
  /** As config.json would be. */
  readonly config: Record<string, unknown>
  readonly weights: Weights
}

/** What somebody says about the model where its file does not. */
export interface CheckpointSettings {
  readonly predictionType?: PredictionType | undefined
}

export interface SplitCheckpoint {
  readonly family: Family
  /** As model_index.json would be. */
  readonly modelIndex: Record<string, unknown>
  readonly components: Readonly<Partial<Record<ComponentName, SplitComponent>>>
  /** What the family needs and the file does not have. */
  readonly missing: readonly ComponentName[]
  /** As scheduler_config.json would be. */
  readonly schedulerConfig: Record<string, unknown>
  readonly prediction: KnownPrediction
}

/** OpenCLIP's H, whose last layer SD 2 does not use; files that were converted there and back may lack it already. */
const SD2_USED_LAYERS = 23

/**
 * @param header of the checkpoint
 * @throws {AppError} `weights-invalid`; `architecture-unsupported` if it is no Stable Diffusion, or an unusual one
 */
export async function splitCheckpoint(
  { file, entries, metadata }: Pick<SafetensorsHeader, 'file' | 'entries' | 'metadata'>,
  settings: CheckpointSettings = {},
): Promise<SplitCheckpoint> {
  const family = familyOf(entries)
  if (family === undefined) throw noCheckpoint(file, entries, metadata)
  const prediction = await predictionTypeOf({ family, entries, metadata, setting: settings.predictionType })
  const sampleSizePx = trainedSizePx(family, prediction, metadata)
  const components: Partial<Record<ComponentName, SplitComponent>> = {}
  const missing: ComponentName[] = []
  const add = (name: ComponentName, part: Part | undefined, describe: (part: Part) => Described) => {
    if (part === undefined) missing.push(name)
    else components[name] = { ...describe(part), weights: weightsFrom(name, [file], part) }
  }
  for (const { component, kind, prefixes } of TEXT_ENCODERS[family]) {
    const withProjection = component === 'text_encoder_2'
    const whole = partOf(entries, prefixes, kind === 'open-clip' ? openClipTensors : transformersClipTensors)
    add(component, whole && usedOfClip(whole, family, withProjection), (tensors) => ({
      className: withProjection ? 'CLIPTextModelWithProjection' : 'CLIPTextModel',
      config: clipConfigFromShapes({ component, tensors, kind, withProjection }),
    }))
  }
  const pooledFeatures = components.text_encoder_2?.weights.get('text_projection.weight')?.shape[0]
  add('unet', ...unetPart(entries, family, sampleSizePx, pooledFeatures))
  const vaeNames = partOf(entries, VAE_PREFIXES, asItIs)
  const levels = vaeLevels(vaeNames?.keys() ?? [])
  const vae = partOf(entries, VAE_PREFIXES, (entry, name) => asItIs(entry, vaeNameInDiffusers(name, levels)))
  add('vae', levels === 0 ? undefined : vae, (tensors) => ({
    className: 'AutoencoderKL',
    config: vaeConfigFromShapes(tensors, levels, family, sampleSizePx),
  }))
  return {
    family,
    modelIndex: modelIndexOf(family, components),
    components,
    missing,
    schedulerConfig: schedulerConfigOfFamily(family, prediction),
    prediction,
  }
}

/** Says what the file looks like instead. */
function noCheckpoint(
  file: string,
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): AppError {
  const shapes = new Map(entries.map(({ name, shape }) => [name, shape]))
  const found = describeWeights({
    names: new Set(shapes.keys()),
    shapeOf: (name) => shapes.get(name),
    metadata: () => metadata,
  })
  return new AppError(
    'architecture-unsupported',
    `${quoted(basename(file))} is no Stable Diffusion checkpoint${found === undefined ? ': nothing in it is known' : `: it looks like ${found}`}`,
    { data: { file: basename(file), found } },
  )
}

/** Tensors of a component, by their names there. */
type Part = ReadonlyMap<string, TensorEntry>
type Described = Pick<SplitComponent, 'className' | 'config'>
type Rename = (entry: TensorEntry, name: string) => TensorEntry[]

const asItIs: Rename = (entry, name) => [{ ...entry, name }]

/** What stands behind the first of the prefixes that the file has; undefined if it has none. */
function partOf(entries: readonly TensorEntry[], prefixes: readonly string[], rename: Rename): Part | undefined {
  for (const prefix of prefixes) {
    const found = new Map<string, TensorEntry>()
    for (const entry of entries) {
      if (!entry.name.startsWith(prefix)) continue
      for (const renamed of rename(entry, entry.name.slice(prefix.length))) found.set(renamed.name, renamed)
    }
    if (found.size > 0) return found
  }
  return undefined
}

/** Without the projection and the last layer where they are not used. */
function usedOfClip(whole: Part, family: Family, withProjection: boolean): Part {
  const layers = countLayers(whole.keys())
  const isLastUnused = family === 'stable-diffusion-2' && layers !== SD2_USED_LAYERS && layers > 1
  const last = `text_model.encoder.layers.${layers - 1}.`
  const used = [...whole].filter(([name]) => {
    return !(isLastUnused && name.startsWith(last)) && (withProjection || name !== 'text_projection.weight')
  })
  return new Map(used)
}

const LATENT_PX = 8

function unetPart(
  entries: readonly TensorEntry[],
  family: Family,
  sampleSizePx: number,
  pooledFeatures: number | undefined,
): [Part | undefined, (part: Part) => Described] {
  const original = partOf(entries, [UNET_PREFIX], asItIs)
  const layout = layoutOfOriginalNames(original?.keys() ?? [])
  const keys = unetKeys(layout, family.startsWith('stable-diffusion-xl') ? 'add_embedding' : 'class_embedding')
  const part = partOf(entries, [UNET_PREFIX], (entry, name) => {
    const renamed = keys.toDiffusers(name)
    // a part that was not understood would change the image without a word
    if (renamed === name && !name.startsWith('time_embed')) throw notUnderstood(name)
    return asItIs(entry, renamed)
  })
  const describe = (tensors: Part): Described => {
    const sampleSize = Math.floor(sampleSizePx / LATENT_PX)
    return {
      className: 'UNet2DConditionModel',
      config: unetConfigFromShapes({ tensors, layout, family, sampleSize, pooledFeatures }),
    }
  }
  return [part, describe]
}

function notUnderstood(name: string): AppError {
  return new AppError(
    'architecture-unsupported',
    `the checkpoint's UNet has a part that Stable Diffusion has not: ${quoted(name)}`,
    { data: { component: 'unet', tensor: name } },
  )
}

/** Edge of the square images it was trained on. */
function trainedSizePx(
  family: Family,
  prediction: KnownPrediction,
  metadata: Readonly<Record<string, string>>,
): number {
  const written = /^(\d{3,4})x(\d{3,4})$/.exec(metadata['modelspec.resolution'] ?? '')
  const size = Number(written?.[1])
  if (written !== null && written[1] === written[2] && size >= 256 && size <= 2048 && size % 64 === 0) return size
  if (family.startsWith('stable-diffusion-xl')) return 1024
  return family === 'stable-diffusion-2' && prediction.type === 'v_prediction' ? 768 : 512
}

const PIPELINES: Readonly<Record<Family, Readonly<Record<number, string>>>> = {
  'stable-diffusion-1': {
    4: 'StableDiffusionPipeline',
    8: 'StableDiffusionInstructPix2PixPipeline',
    9: 'StableDiffusionInpaintPipeline',
  },
  'stable-diffusion-2': { 4: 'StableDiffusionPipeline', 9: 'StableDiffusionInpaintPipeline' },
  'stable-diffusion-xl': {
    4: 'StableDiffusionXLPipeline',
    8: 'StableDiffusionXLInstructPix2PixPipeline',
    9: 'StableDiffusionXLInpaintPipeline',
  },
  'stable-diffusion-xl-refiner': { 4: 'StableDiffusionXLImg2ImgPipeline' },
}

function modelIndexOf(family: Family, components: SplitCheckpoint['components']): Record<string, unknown> {
  const inChannels = components.unet?.config.in_channels
  const pipeline = typeof inChannels === 'number' ? PIPELINES[family][inChannels] : undefined
  const isRefiner = family === 'stable-diffusion-xl-refiner'
  const listed: Record<string, readonly [library: string, className: string]> = {}
  for (const [name, { className }] of Object.entries(components)) {
    listed[name] = [name.startsWith('text_encoder') ? 'transformers' : 'diffusers', className]
  }
  // also if the file lacks them: families are told apart by what they need
  for (const { component } of TEXT_ENCODERS[family]) {
    listed[component] = ['transformers', component === 'text_encoder' ? 'CLIPTextModel' : 'CLIPTextModelWithProjection']
    listed[component.replace('text_encoder', 'tokenizer')] = ['transformers', 'CLIPTokenizer']
  }
  return {
    // of other inputs than those known, the plain pipeline's checks will tell
    _class_name: pipeline ?? PIPELINES[family][4],
    ...(family === 'stable-diffusion-xl' ? { force_zeros_for_empty_prompt: true } : {}),
    ...(isRefiner ? { force_zeros_for_empty_prompt: false, requires_aesthetics_score: true } : {}),
    ...listed,
  }
}

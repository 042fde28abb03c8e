/**
 * What a family of models is to the rest of the engine. One value of this type, in a file of its own beside this one,
 * says all that is particular to a family; opening, inspecting, hashing, memory and generating go through it.
 */
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { WorkingMemory } from '#shared/model-memory.ts'
import type { ArchitectureName, ModelComponentName } from '#shared/names.ts'
import type { Conditioning } from '#engine/conditioning/conditioning.ts'
import type { ConfigOf, GraphNameOf, Network, RawConfig } from '#engine/networks/network.ts'
import type { TorchCpuGenerator } from '#engine/random/torch-generator.ts'
import type { RuntimeSession } from '#engine/runtime/session.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { ClipTokenizer } from '#engine/tokenizer/open-tokenizer.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- networks of all configs; `Components` gives back each one's own
export type AnyNetwork = Network<any>

/** One graph of a component's network, by which sessions are asked for. */
export interface GraphUse {
  readonly network: AnyNetwork
  /** Those of the network's graphs that this family runs. */
  readonly graphs: readonly string[]
}

/** Says which graphs of a network a family runs. */
export function use<N extends AnyNetwork>(network: N, ...graphs: readonly GraphNameOf<N>[]): GraphUse {
  return { network, graphs }
}

export interface Architecture {
  readonly name: ArchitectureName
  /** diffusers' pipelines (`_class_name` of model_index.json) whose folders are of this family. */
  readonly pipelines: readonly string[]
  /** Component → the networks it may be, in the order that files and hashes have them. */
  readonly components: Readonly<Partial<Record<ModelComponentName, readonly GraphUse[]>>>
  /** Folder of each tokenizer, and the text encoder that reads what it makes. */
  readonly tokenizers: readonly { readonly folder: string; readonly encoder: ModelComponentName }[]
  /** Fields of model_index.json that an image depends on. */
  readonly indexFields: readonly string[]
  /** Whether the pipeline corrects old scheduler configs as diffusers' StableDiffusionPipeline does. */
  readonly correctsScheduler: boolean
  /** What diffusers' pipeline takes where a request says nothing. */
  readonly defaults: { readonly numInferenceSteps: number; readonly guidanceScale: number; readonly strength: number }
  /** What people call a model of these sizes. */
  title(components: Components): string
  /** @throws {AppError} `architecture-unsupported`, `model-config-invalid` if its parts do not go together */
  checkFit(components: Components): void
  latents(components: Components): LatentSpace
  memory(components: Components): WorkingMemory
  /** What runs. Makes no session yet. */
  bind(model: BoundModel): Diffusion
}

/** What the denoiser works on. */
export interface LatentSpace {
  readonly channels: number
  /** Pixels per latent along an edge; 1: it works on pixels. */
  readonly pixelsPerLatent: number
  /** Width and height of an image are multiples of it. */
  readonly sizeMultiplePx: number
  /** The size that it was made for. */
  readonly widthPx: number
  readonly heightPx: number
}

/** The configs of a model's components, each as its network read it. */
export class Components {
  readonly #read: ReadonlyMap<ModelComponentName, { network: AnyNetwork; config: unknown }>

  constructor(read: ReadonlyMap<ModelComponentName, { network: AnyNetwork; config: unknown }>) {
    this.#read = read
  }

  /** Returns the component's config if it is of this network, else undefined. */
  find<N extends AnyNetwork>(name: ModelComponentName, network: N): ConfigOf<N> | undefined {
    const found = this.#read.get(name)
    return found?.network === network ? (found.config as ConfigOf<N>) : undefined
  }

  /** @throws {AppError} `internal` if the component is of another network: its declaration admits only some */
  get<N extends AnyNetwork>(name: ModelComponentName, network: N): ConfigOf<N> {
    const config = this.find(name, network)
    if (config === undefined) throw new AppError('internal', `${name} is not a ${network.className}`)
    return config
  }
}

/** An opened model as its family's declaration sees it. */
export interface BoundModel {
  readonly components: Components
  /** model_index.json, or what stands for it. */
  readonly index: RawConfig
  /** By the folders of `Architecture.tokenizers`. */
  readonly tokenizers: ReadonlyMap<string, ClipTokenizer>
  /** A session of the component's graph, made on first use. */
  session(component: ModelComponentName, graph: string): Promise<RuntimeSession>
}

/** What is known of an image before it is made, beside its prompts. */
export interface ImageFacts {
  readonly widthPx: number
  readonly heightPx: number
  readonly request: Pick<GenerationRequest, 'kind' | 'emptyNegative' | 'originalSize' | 'crop' | 'targetSize'>
}

export interface Conditioner {
  /**
   * Encodes one text.
   *
   * @param isNegative what the image is steered away from, which may be empty
   */
  encode(
    text: string,
    options: {
      readonly isNegative: boolean
      readonly request: ImageFacts['request']
      readonly onWarning?: (message: string) => void
    },
  ): Promise<Conditioning>
  /** Adds what depends on the image and not on the prompt. One row in, one row out. */
  forImage(encoded: Conditioning, image: ImageFacts, isNegative: boolean): Conditioning
}

/** A network that predicts noise, or what its scheduler expects. */
export interface Denoiser {
  /**
   * @param sample       [N, C, h, w], scaled as the scheduler says
   * @param conditioning N rows
   * @returns the prediction, [N, C, h, w]
   */
  predict(sample: Tensor, timestep: number, conditioning: Conditioning): Promise<Tensor>
}

/** Between pixels and what the denoiser works on. */
export interface LatentCodec {
  /** @param latents in the denoiser's scale, [n, C, h, w]; @returns images in about −1..1, [n, 3, H, W] */
  decode(latents: Tensor): Promise<Tensor>
  /** @param image in −1..1, [1, 3, H, W]; @returns what `sample` draws from */
  encode(image: Tensor): Promise<Tensor>
  /** Draws latents in the denoiser's scale, [C · h · w], from what `encode` gave. */
  sample(encoded: Tensor, generator: TorchCpuGenerator): Float32Array
}

/** A model as pipelines use it. */
export interface Diffusion {
  /** Undefined: the model takes no prompt. */
  readonly conditioner: Conditioner | undefined
  readonly codec: LatentCodec
  /** Whether guidance is an input of the network itself: no second pass is made for it. */
  readonly embedsGuidance: boolean
  denoiser(settings: { readonly guidanceScale: number }): Denoiser
}

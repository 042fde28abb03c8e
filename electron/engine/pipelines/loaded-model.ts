/**
 * A model ready to run: configs understood, graphs built, sessions made on first use. Sessions stay for the next request
 * until `release`.
 */
import { AppError } from '#shared/errors.ts'
import type { MemoryProfile } from '#shared/model-memory.ts'
import type { Arithmetic, ModelComponentName } from '#shared/names.ts'
import type { BoundModel, Components, Diffusion, LatentSpace } from '#engine/architectures/architecture.ts'
import { readComponents, type Checkpoint } from '#engine/checkpoints/checkpoint.ts'
import { isSameLora, type LoraFile } from '#engine/checkpoints/overlays/open-lora.ts'
import { memoryProfile } from '#engine/checkpoints/memory-profile.ts'
import { CLIP_TEXT_MODEL, CLIP_TEXT_MODEL_WITH_PROJECTION } from '#engine/networks/clip-text.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { RuntimeSession } from '#engine/runtime/session.ts'
import { TARGET_OF, type Target } from '#engine/runtime/target.ts'
import type { ClipTokenizer } from '#engine/tokenizer/open-tokenizer.ts'
import { withinVocabulary } from '#engine/tokenizer/within-vocabulary.ts'
import { fitLatentColors } from './fit-latent-colors.ts'
import type { LatentColors } from './latent-colors.ts'

/** What sessions are made for, beside the model. */
export interface HowToRun {
  /** Undefined: one per physical core. */
  readonly threads: number | undefined
  readonly arithmetic: Arithmetic
  /** Added to the checkpoint's weights, in this order. */
  readonly loras: readonly LoraFile[]
}

export class LoadedModel {
  readonly checkpoint: Checkpoint
  readonly components: Components
  readonly latents: LatentSpace
  readonly memory: MemoryProfile
  readonly diffusion: Diffusion
  /** Time spent making sessions, and inside of them. */
  loadMs = 0
  readonly #graphs: ReadonlyMap<ModelComponentName, ReadonlyMap<string, OnnxGraph>>
  readonly #sessions = new Map<string, { component: ModelComponentName; session: RuntimeSession }>()
  readonly how: HowToRun
  /** What of the LoRA did not match, for whoever uses it. */
  readonly warnings: readonly string[]
  #colors: Promise<LatentColors | undefined> | undefined

  private constructor(
    checkpoint: Checkpoint,
    components: Components,
    tokenizers: BoundModel['tokenizers'],
    how: HowToRun,
    warnings: readonly string[],
  ) {
    const { architecture, index } = checkpoint
    this.checkpoint = checkpoint
    this.components = components
    this.how = how
    this.warnings = warnings
    architecture.checkFit(components)
    this.latents = architecture.latents(components)
    // every tensor that will be needed is looked up here, before anything is computed
    this.#graphs = buildGraphs(checkpoint, components, this.target)
    this.memory = memoryProfile(architecture, components, this.#graphs)
    this.diffusion = architecture.bind({
      components,
      index,
      tokenizers,
      session: (component, graph) => this.#session(component, graph),
    })
  }

  /** @throws {AppError} what weights, configs and tokenizer throw */
  static async open(checkpoint: Checkpoint, how: HowToRun, warnings: readonly string[] = []): Promise<LoadedModel> {
    const components = readComponents(checkpoint.components)
    const tokenizers = new Map<string, ClipTokenizer>()
    for (const { folder, encoder } of checkpoint.architecture.tokenizers) {
      tokenizers.set(folder, await openFittingTokenizer(checkpoint, components, folder, encoder))
    }
    return new LoadedModel(checkpoint, components, tokenizers, how, warnings)
  }

  get target(): Target {
    return TARGET_OF[this.how.arithmetic]
  }

  /** Time that the runtime computed, over all sessions. */
  get runtimeMs(): number {
    return [...this.#sessions.values()].reduce((sum, { session }) => sum + session.runtimeMs, 0)
  }

  /** True if this is the same model, unchanged on disk, with the same LoRA, run in the same way. */
  serves({ path, hash }: Checkpoint, { threads, arithmetic, loras }: HowToRun): boolean {
    const { checkpoint } = this
    const own = this.how
    const isSame = checkpoint.path === path && checkpoint.hash === hash
    const isSameRun = own.threads === threads && own.arithmetic === arithmetic
    const isSameLoras = loras.length === own.loras.length && loras.every((lora, i) => isSameLora(lora, own.loras[i]))
    return isSame && isSameRun && isSameLoras
  }

  /** What previews are painted with, found at the first call; none if the decoder is not to be had for it. */
  latentColors(): Promise<LatentColors | undefined> {
    const { codec } = this.diffusion
    this.#colors ??= fitLatentColors(this.latents.channels, (latents) => codec.decode(latents)).catch(() => undefined)
    return this.#colors
  }

  /** Gives back the sessions of these components; of all, if none is named. */
  async release(...components: readonly ModelComponentName[]): Promise<void> {
    for (const [key, { component, session }] of [...this.#sessions]) {
      if (components.length > 0 && !components.includes(component)) continue
      this.#sessions.delete(key)
      await session.release()
    }
  }

  /** Makes the sessions that denoising needs, so that the time it takes is told apart from the steps. */
  async prepareDenoising(): Promise<void> {
    for (const graph of this.#graphs.get('unet')?.keys() ?? []) await this.#session('unet', graph)
  }

  async #session(component: ModelComponentName, graph: string): Promise<RuntimeSession> {
    const key = `${component}.${graph}`
    const existing = this.#sessions.get(key)
    if (existing) return existing.session
    const built = this.#graphs.get(component)?.get(graph)
    if (built === undefined) throw new AppError('internal', `the model has no graph ${key}`)
    const started = performance.now()
    const session = await RuntimeSession.create(built, {
      target: this.target,
      ...(this.how.threads !== undefined && { threads: this.how.threads }),
    })
    this.loadMs += performance.now() - started
    this.#sessions.set(key, { component, session })
    return session
  }
}

function buildGraphs(
  { architecture, components }: Checkpoint,
  configs: Components,
  target: Target,
): Map<ModelComponentName, Map<string, OnnxGraph>> {
  const graphs = new Map<ModelComponentName, Map<string, OnnxGraph>>()
  for (const [name, { network, weights }] of components) {
    const use = architecture.components[name]!.find((one) => one.network === network)!
    const config: unknown = configs.get(name, network)
    graphs.set(name, new Map(use.graphs.map((graph) => [graph, network.graphs[graph](config, weights, target)])))
  }
  return graphs
}

/** @throws {AppError} `tokenizer-invalid` if it has ids that the text encoder does not take */
async function openFittingTokenizer(
  checkpoint: Checkpoint,
  components: Components,
  folder: string,
  encoder: ModelComponentName,
): Promise<ClipTokenizer> {
  const { maxPositions, vocabSize } =
    components.find(encoder, CLIP_TEXT_MODEL) ?? components.get(encoder, CLIP_TEXT_MODEL_WITH_PROJECTION)
  const tokenizer = await checkpoint.openTokenizer(folder, { maxPositionEmbeddings: maxPositions })
  return withinVocabulary(tokenizer, vocabSize)
}

/**
 * A model folder ready to run: configs understood, sessions made on first use. The text encoder's session is given
 * back as soon as all prompts are encoded; UNet and decoder stay for the next request.
 */
import { AppError } from '#shared/errors.ts'
import type { MemoryProfile } from '#shared/model-memory.ts'
import { buildVaeDecoder, buildVaeEncoder } from '#engine/models/autoencoder-kl.ts'
import { checkFit } from '#engine/models/check-fit.ts'
import { buildClipText, readClipTextConfig, type ClipTextConfig } from '#engine/models/clip-text.ts'
import { memoryProfile } from '#engine/models/memory-profile.ts'
import type { ModelFolder } from '#engine/models/model-folder.ts'
import { buildUNet } from '#engine/models/unet-2d-condition.ts'
import { readUNetConfig, type UNetConfig } from '#engine/models/unet-config.ts'
import { readVaeConfig, type VaeConfig } from '#engine/models/vae-config.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { RuntimeSession } from '#engine/runtime/session.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import { openTokenizer, type ClipTokenizer } from '#engine/tokenizer/open-tokenizer.ts'
import { fitLatentColors } from './fit-latent-colors.ts'
import type { LatentColors } from './latent-colors.ts'

const COMPONENTS = ['textEncoder', 'unet', 'vaeEncoder', 'vaeDecoder'] as const
export type ComponentName = (typeof COMPONENTS)[number]

export class LoadedModel {
  readonly folder: ModelFolder
  readonly tokenizer: ClipTokenizer
  readonly text: ClipTextConfig
  readonly unet: UNetConfig
  readonly vae: VaeConfig
  readonly memory: MemoryProfile
  /** Time spent making sessions. */
  loadMs = 0
  readonly graphs: Readonly<Record<ComponentName, OnnxGraph>>
  private readonly sessions = new Map<ComponentName, RuntimeSession>()
  private readonly threads: number | undefined
  private colors: Promise<LatentColors | undefined> | undefined

  private constructor(folder: ModelFolder, tokenizer: ClipTokenizer, threads: number | undefined) {
    this.folder = folder
    this.tokenizer = tokenizer
    this.threads = threads
    this.text = readClipTextConfig(folder.textEncoder.config)
    this.unet = readUNetConfig(folder.unet.config)
    this.vae = readVaeConfig(folder.vae.config)
    checkFit(this)
    // every tensor that will be needed is looked up here, before anything is computed
    this.graphs = {
      textEncoder: buildClipText(this.text, folder.textEncoder.weights),
      unet: buildUNet(this.unet, folder.unet.weights),
      vaeEncoder: buildVaeEncoder(this.vae, folder.vae.weights),
      vaeDecoder: buildVaeDecoder(this.vae, folder.vae.weights),
    }
    this.memory = memoryProfile(this)
  }

  /** @throws {AppError} what weights, configs and tokenizer throw */
  static async open(folder: ModelFolder, threads: number | undefined): Promise<LoadedModel> {
    const { maxPositions, vocabSize } = readClipTextConfig(folder.textEncoder.config)
    const tokenizer = await openTokenizer(folder.tokenizerDir, { maxPositionEmbeddings: maxPositions })
    if (tokenizer.vocabSize > vocabSize) {
      throw new AppError(
        'tokenizer-invalid',
        `the tokenizer has ids up to ${tokenizer.vocabSize - 1}, the text encoder takes ${vocabSize} different ones`,
      )
    }
    return new LoadedModel(folder, tokenizer, threads)
  }

  /** True if this is the same model, unchanged on disk, with the same number of threads. */
  serves(folder: ModelFolder, threads: number | undefined): boolean {
    return this.folder.dir === folder.dir && this.folder.hash === folder.hash && this.threads === threads
  }

  async session(name: ComponentName): Promise<RuntimeSession> {
    const existing = this.sessions.get(name)
    if (existing) return existing
    const started = performance.now()
    const session = await RuntimeSession.create(this.graphs[name], { threads: this.threads })
    this.loadMs += performance.now() - started
    this.sessions.set(name, session)
    return session
  }

  /**
   * @param latents in the UNet's scale, [n, C, h, w]
   * @returns images in about −1..1, [n, 3, H, W]
   */
  async decode(latents: Tensor): Promise<Tensor> {
    const { scalingFactor, shiftFactor } = this.vae
    const scale = Math.fround(scalingFactor)
    const session = await this.session('vaeDecoder')
    const unscaled = latents.data.map((value) => Math.fround(value / scale) + shiftFactor)
    return session.run({ latents: { shape: latents.shape, data: unscaled } })
  }

  /** What previews are painted with, found at the first call; none if the decoder is not to be had for it. */
  latentColors(): Promise<LatentColors | undefined> {
    this.colors ??= fitLatentColors(this.vae.latentChannels, (latents) => this.decode(latents)).catch(() => undefined)
    return this.colors
  }

  async release(...names: readonly ComponentName[]): Promise<void> {
    for (const name of names.length > 0 ? names : COMPONENTS) {
      const session = this.sessions.get(name)
      this.sessions.delete(name)
      await session?.release()
    }
  }
}

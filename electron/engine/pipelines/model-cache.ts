/**
 * Models that were used lately, kept for the next request as far as they fit in memory together: going back and forth
 * between two loads neither anew.
 */
import { availableMemory } from 'node:process'
import { fixedBytes, SHARE_OF_FREE_MEMORY } from '#shared/model-memory.ts'
import { applyLoras } from '#engine/checkpoints/overlays/apply-loras.ts'
import { openCheckpoint } from '#engine/checkpoints/open-checkpoint.ts'
import { LoadedModel, type HowToRun } from './loaded-model.ts'

/** More than a base model and its refiner, twice, is rarely gone back to. */
const MAX_MODELS = 4

export interface OpenOptions extends HowToRun {
  /** Of the whole engine, bytes; none: most of what is free. */
  readonly maxMemoryBytes: number | undefined
}

export class ModelCache {
  /** The latest last. */
  #models: LoadedModel[] = []

  /**
   * Opens a model anew each time, which is cheap, so that a file changed on disk is seen; its sessions are those of the
   * last time if it is the same.
   *
   * @param together models that must stay, because the same request uses them
   */
  async open(path: string, options: OpenOptions, together: readonly LoadedModel[] = []): Promise<LoadedModel> {
    const plain = await openCheckpoint(path)
    const known = this.#models.find((model) => model.serves(plain, options))
    if (known !== undefined) {
      this.#models = [...this.#models.filter((model) => model !== known), known]
      return known
    }
    const { checkpoint, warnings } = applyLoras(plain, options.loras)
    const model = await LoadedModel.open(checkpoint, options, warnings)
    await this.#makeRoom(model, options, together)
    this.#models.push(model)
    return model
  }

  /** Gives back the sessions of the models that were used longest ago, until the new one fits. */
  async #makeRoom(
    added: LoadedModel,
    { maxMemoryBytes }: OpenOptions,
    together: readonly LoadedModel[],
  ): Promise<void> {
    const mayGo = this.#models.filter((model) => !together.includes(model))
    const fits = (): boolean => {
      if (this.#models.length >= MAX_MODELS) return false
      if (maxMemoryBytes === undefined) return fixedBytes(added.memory) <= availableMemory() * SHARE_OF_FREE_MEMORY
      const kept = this.#models.reduce((sum, model) => sum + fixedBytes(model.memory), 0)
      return kept + fixedBytes(added.memory) <= maxMemoryBytes * SHARE_OF_FREE_MEMORY
    }
    for (const oldest of mayGo) {
      // the same file with other content, or other threads, is of no more use
      const { checkpoint, how } = oldest
      const isOf = checkpoint.path === added.checkpoint.path
      const isUseful = !isOf || oldest.serves(added.checkpoint, { ...added.how, loras: how.loras })
      if (isUseful && fits()) continue
      this.#models = this.#models.filter((model) => model !== oldest)
      await oldest.release()
    }
  }
}

/** Weights with what LoRA files add to them; the files themselves stay as they are. */
import type { TensorEntry, WeightDelta, Weights } from '#engine/weights/weights.ts'

export class OverlaidWeights implements Weights {
  readonly component: string
  readonly files: readonly string[]
  readonly #base: Weights
  readonly #deltas: ReadonlyMap<string, readonly WeightDelta[]>

  /** @param deltas by tensor name, in the order in which they are applied */
  constructor(base: Weights, deltas: ReadonlyMap<string, readonly WeightDelta[]>) {
    this.component = base.component
    this.files = base.files
    this.#base = base
    this.#deltas = deltas
  }

  names(): IterableIterator<string> {
    return this.#base.names()
  }

  has(name: string): boolean {
    return this.#base.has(name)
  }

  get(name: string): TensorEntry | undefined {
    const entry = this.#base.get(name)
    return entry === undefined ? undefined : this.#overlaid(entry)
  }

  require(name: string, shape: readonly number[]): TensorEntry {
    return this.#overlaid(this.#base.require(name, shape))
  }

  #overlaid(entry: TensorEntry): TensorEntry {
    const deltas = this.#deltas.get(entry.name)
    return deltas === undefined ? entry : { ...entry, deltas }
  }
}

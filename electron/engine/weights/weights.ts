/** What a model's parameters look like to the code that builds graphs: names, shapes and places in files. */

/** One tensor as it lies in a file. */
export interface TensorEntry {
  readonly name: string
  /** As the file spells it: 'F32', 'F16', 'BF16', ... */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Absolute path of the file that holds the bytes. */
  readonly file: string
  /** Byte offset in `file`, from its beginning; aligned to nothing. */
  readonly offset: number
  readonly byteLength: number
  /** The bytes hold the transpose of `shape`, which then has two dimensions. */
  readonly transposed?: true
  /** What overlays such as LoRA add to it, in the order in which they are applied; the graph merges them. */
  readonly deltas?: readonly WeightDelta[]
}

/**
 * A matrix as an overlay's file keeps it: as it is, or as the product `up · down` through a smaller rank. With `mid`, a
 * kernel between the two ranks, it is a convolution (Tucker decomposition).
 */
export type DeltaFactor =
  | { readonly whole: TensorEntry }
  | {
      readonly up: TensorEntry
      readonly down: TensorEntry
      readonly mid?: TensorEntry
      /** `up` lies as [rank, outputs]. */
      readonly upTransposed?: boolean
    }

/** W' = W + strength · scale · Δ, where Δ is a factor, or the product of two. */
export interface WeightDelta {
  readonly strength: number
  /** What the file's own rank and alpha make of it. */
  readonly scale: number
  readonly factors: readonly [DeltaFactor] | readonly [DeltaFactor, DeltaFactor]
  readonly product?: 'elementwise' | 'kronecker'
  /** DoRA: W + scale · Δ is brought to these norms, of each input or of each output, before strength counts. */
  readonly magnitude?: { readonly norms: TensorEntry; readonly of: 'input' | 'output' }
}

/** The tensors of one component, out of one file or of several shards; every entry is known to fit its file. */
export interface Weights {
  /** The component's folder, for messages: 'unet'. */
  readonly component: string
  /** Absolute paths, in the order of their names. */
  readonly files: readonly string[]
  names(): IterableIterator<string>
  has(name: string): boolean
  get(name: string): TensorEntry | undefined
  /**
   * The tensor that a graph needs. Between [o, i] and [o, i, 1, 1] no difference is made, as they are the same
   * bytes: old checkpoints write some linear layers as 1 × 1 convolutions. The entry has the shape asked for.
   * @throws {AppError} `tensor-missing`, `tensor-shape-mismatch`, or `dtype-unsupported` if not F32, F16 or BF16
   */
  require(name: string, shape: readonly number[]): TensorEntry
}

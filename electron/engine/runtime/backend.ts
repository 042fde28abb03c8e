/** What a runtime is to a session: a graph loaded, tensors in and out. */
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { Target } from './target.ts'

interface IntTensor {
  readonly shape: readonly number[]
  readonly data: Int32Array
}

export type Inputs = Readonly<Record<string, Tensor | IntTensor>>
export type Outputs = Readonly<Record<string, Tensor>>

export interface SessionOptions {
  readonly target: Target
  /** Intra-op threads; none: one per physical core. */
  readonly threads?: number
}

/** A graph loaded by one of the runtimes. */
export interface RuntimeBackend {
  readonly inputNames: readonly string[]
  run(inputs: Inputs): Promise<Outputs>
  release(): Promise<void>
}

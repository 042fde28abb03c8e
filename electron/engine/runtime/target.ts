/**
 * What a graph is built for: who computes it, in which numbers, and which kernels are right there. A value in the
 * context of every layer, so that a layer asks what the target needs and never which provider it is.
 */
import type { Arithmetic, Precision, Provider } from '#shared/names.ts'

export interface Target {
  readonly provider: Provider
  /** What activations are computed in; weights of other types are cast when the graph is loaded. */
  readonly precision: Precision
  /**
   * Convolutions take up to `smallestBlock` input channels, or a multiple of `multipleOf`; others are filled up with
   * zeros, because the kernel for them cuts its sums by the number of threads.
   */
  readonly convolutionChannels: { readonly smallestBlock: number; readonly multipleOf: number }
  /** Normalisations sum in another order where an image does not begin at a multiple of so many elements. */
  readonly normalisationVector: number
}

/**
 * ONNX Runtime's WebAssembly build, one thread to an instance: the same bits on every processor. Its convolutions have no
 * blocks, and its normalisations are not cut by threads.
 */
const WASM_FLOAT32: Target = {
  provider: 'wasm',
  precision: 'float32',
  convolutionChannels: { smallestBlock: Infinity, multipleOf: 1 },
  normalisationVector: 1,
}

/** ONNX Runtime's own CPU kernels in float32; what was measured of them is in docs/adr/0003-bit-equality.md. */
export const CPU_FLOAT32: Target = {
  provider: 'cpu',
  precision: 'float32',
  convolutionChannels: { smallestBlock: 8, multipleOf: 4 },
  normalisationVector: 16,
}

export const TARGET_OF: Record<Arithmetic, Target> = { native: CPU_FLOAT32, portable: WASM_FLOAT32 }

/** A dense float32 array with its shape, row-major. What schedulers, pipelines and the runtime pass around. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

/** Tensors joined and cut along their first axis, the images of a batch. */
import type { Tensor } from './tensor.ts'

/** Joins tensors whose shapes are equal but for the first axis. */
export function stackRows(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors
  const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0))
  let at = 0
  for (const tensor of tensors) {
    data.set(tensor.data, at)
    at += tensor.data.length
  }
  return { shape: [tensors.reduce((sum, tensor) => sum + tensor.shape[0], 0), ...first.shape.slice(1)], data }
}

/** Returns rows `from` … `to` (exclusive), which share the tensor's memory. */
export function takeRows({ shape, data }: Tensor, from: number, to: number): Tensor {
  const perRow = data.length / shape[0]
  return { shape: [to - from, ...shape.slice(1)], data: data.subarray(from * perRow, to * perRow) }
}

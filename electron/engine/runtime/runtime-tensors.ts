/** Tensors as the runtimes take and give them; both have the same class by different names. */
import type { Tensor as OrtTensor } from 'onnxruntime-node'
import type { Inputs, Outputs } from './backend.ts'

type TensorClass = new (
  ...args: ['float32', Float32Array, readonly number[]] | ['int32', Int32Array, readonly number[]]
) => OrtTensor

export function feedsOf(inputs: Inputs, Tensor: TensorClass): Record<string, OrtTensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => [
      name,
      data instanceof Float32Array ? new Tensor('float32', data, shape) : new Tensor('int32', data, shape),
    ]),
  )
}

export function outputsOf(outputs: Readonly<Record<string, OrtTensor>>): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, data: data as Float32Array }]),
  )
}

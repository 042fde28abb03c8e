/**
 * The layers with weights of their own: convolution, linear, group and layer normalisation; and SiLU.
 * Weight names and shapes are torch's: `<name>.weight`, `<name>.bias`.
 *
 * Every layer keeps each image's arithmetic independent of the batch and of the number of threads; see
 * docs/adr/0003-bit-equality.md for which kernels are safe, test/integration/bit-equality.test.ts for the proof.
 */
import type { Value } from '#engine/onnx/graph-builder.ts'
import type { Features, LayerContext } from './layer-context.ts'

export interface Conv2dOptions {
  readonly outChannels: number
  readonly kernel?: number
  readonly stride?: number
  /** [top, left, bottom, right]; default: the kernel's half on every side. */
  readonly pads?: readonly [number, number, number, number]
  /** Default: true. */
  readonly bias?: boolean
}

/** nn.Conv2d on [N, C, H, W]. */
export function conv2d(context: LayerContext, name: string, x: Features, options: Conv2dOptions): Features {
  const { graph, weights } = context
  const { outChannels, kernel = 3, stride = 1 } = options
  const { smallestBlock, multipleOf } = context.target.convolutionChannels
  const half = (kernel - 1) >> 1
  const pads = options.pads ?? [half, half, half, half]
  const weight = graph.weight(weights.require(`${name}.weight`, [outChannels, x.channels, kernel, kernel]))
  const bias = options.bias === false ? '' : graph.weight(weights.require(`${name}.bias`, [outChannels]))
  const missing = x.channels > smallestBlock ? -x.channels & (multipleOf - 1) : 0
  const filled = (value: Value): Value =>
    missing === 0 ? value : graph.node('Pad', [value, graph.ints([0, 0, 0, 0, 0, missing, 0, 0])])
  const value = graph.node('Conv', [filled(x.value), filled(weight), ...(bias === '' ? [] : [bias])], {
    kernel_shape: { ints: [kernel, kernel] },
    strides: { ints: [stride, stride] },
    pads: { ints: pads },
  })
  return { value, channels: outChannels }
}

/** nn.Linear on [..., in]: torch keeps weights as [out, in], which FusedMatMul reads as it lies. */
export function linear(
  context: LayerContext,
  name: string,
  x: Value,
  inFeatures: number,
  outFeatures: number,
  options: { bias?: boolean } = {},
): Value {
  return linearRows(context, name, x, inFeatures, outFeatures, { ...options, start: 0, count: outFeatures })
}

/** Rows `start` … `start + count` of an nn.Linear: part of its outputs, without computing the others. */
export function linearRows(
  { graph, weights }: LayerContext,
  name: string,
  x: Value,
  inFeatures: number,
  outFeatures: number,
  rows: { start: number; count: number; bias?: boolean },
): Value {
  const weight = graph.weight(weights.require(`${name}.weight`, [outFeatures, inFeatures]), {
    dims: [rows.count, inFeatures],
    start: rows.start * inFeatures,
  })
  const product = graph.node('ms:FusedMatMul', [x, weight], { transB: { int: 1 } })
  if (rows.bias === false) return product
  const bias = weights.require(`${name}.bias`, [outFeatures])
  return graph.node('Add', [product, graph.weight(bias, { dims: [rows.count], start: rows.start })])
}

/**
 * nn.GroupNorm on [N, C, ...]: as an instance normalisation of the groups, which has a fast kernel, then the
 * channels' own scale and shift.
 */
export function groupNorm(
  { graph, weights, target }: LayerContext,
  name: string,
  x: Features,
  options: { groups: number; epsilon: number },
): Features {
  const { groups, epsilon } = options
  if (x.channels % target.normalisationVector !== 0) graph.markBatchDependent()
  const grouped = graph.node('Reshape', [x.value, graph.ints([0, groups, -1])])
  const ones = graph.floats(Array<number>(groups).fill(1), [groups])
  const zeros = graph.floats(Array<number>(groups).fill(0), [groups])
  const normal = graph.node('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: epsilon } })
  const shaped = graph.node('Reshape', [normal, graph.node('Shape', [x.value])])
  const dims = [x.channels, 1, 1]
  const scaled = graph.node('Mul', [shaped, graph.weight(weights.require(`${name}.weight`, [x.channels]), { dims })])
  const value = graph.node('Add', [scaled, graph.weight(weights.require(`${name}.bias`, [x.channels]), { dims })])
  return { value, channels: x.channels }
}

/** nn.LayerNorm over the last axis. */
export function layerNorm(
  { graph, weights }: LayerContext,
  name: string,
  x: Value,
  features: number,
  epsilon: number,
): Value {
  const scale = graph.weight(weights.require(`${name}.weight`, [features]))
  const shift = graph.weight(weights.require(`${name}.bias`, [features]))
  return graph.node('LayerNormalization', [x, scale, shift], { axis: { int: -1 }, epsilon: { float: epsilon } })
}

/** x · sigmoid(x); the runtime fuses the pair. */
export function silu({ graph }: LayerContext, x: Value): Value {
  return graph.node('Mul', [x, graph.node('Sigmoid', [x])])
}

/** Downsample2D and Upsample2D of diffusers: a convolution with stride 2; nearest neighbour, then a convolution. */
import type { GraphBuilder, Value } from '#engine/onnx/graph-builder.ts'
import { conv2d } from './basic-layers.ts'
import type { Features, LayerContext } from './layer-context.ts'

const NEAREST = {
  mode: { string: 'nearest' },
  coordinate_transformation_mode: { string: 'asymmetric' },
  nearest_mode: { string: 'floor' },
} as const

/** Halves H and W. Autoencoders pad only below and to the right, UNets on every side. */
export function downsample(
  context: LayerContext,
  name: string,
  x: Features,
  pads: readonly [number, number, number, number],
): Features {
  return conv2d(context, `${name}.conv`, x, { outChannels: x.channels, stride: 2, pads })
}

/**
 * What a UNet's `downsample_padding` means: with none, Downsample2D pads below and to the right like an autoencoder.
 * @returns [top, left, bottom, right]
 */
export function downsamplePads(padding: number): readonly [number, number, number, number] {
  return padding === 0 ? [0, 0, 1, 1] : [padding, padding, padding, padding]
}

/** Doubles H and W. */
export function upsampleTwice(context: LayerContext, name: string, x: Features): Features {
  const value = nearestTwice(context.graph, x.value)
  return conv2d(context, `${name}.conv`, { ...x, value }, { outChannels: x.channels })
}

/** Doubles H and W by repeating each pixel. */
export function nearestTwice(graph: GraphBuilder, value: Value): Value {
  return graph.node('Resize', [value, '', graph.floats([1, 1, 2, 2], [4])], NEAREST)
}

/** Brings H and W to those of `like`, as diffusers does where a level was not divided evenly on the way down. */
export function upsampleToSizeOf(context: LayerContext, name: string, x: Features, like: Value): Features {
  const { graph } = context
  const own = graph.node('Shape', [x.value], { start: { int: 0 }, end: { int: 2 } })
  const target = graph.node('Shape', [like], { start: { int: 2 }, end: { int: 4 } })
  const sizes = graph.node('Concat', [own, target], { axis: { int: 0 } })
  const value = graph.node('Resize', [x.value, '', '', sizes], NEAREST)
  return conv2d(context, `${name}.conv`, { ...x, value }, { outChannels: x.channels })
}

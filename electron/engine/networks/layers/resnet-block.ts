/** ResnetBlock2D of diffusers (models/resnet.py): two convolutions, the time embedding between them, a skip. */
import type { Value } from '#engine/onnx/graph-builder.ts'
import { conv2d, groupNorm, linear, silu } from './basic-layers.ts'
import type { Features, LayerContext } from './layer-context.ts'

export interface ResnetOptions {
  readonly outChannels: number
  readonly groups: number
  readonly epsilon: number
  /**
   * SiLU of the time embedding, [1, features] or [N, features]. One row for the whole batch where the step is all it
   * says: a product of one row is computed the same way whatever the batch.
   */
  readonly time?: { readonly value: Value; readonly features: number }
}

/** @param x [N, C, H, W]; @returns [N, outChannels, H, W] */
export function resnetBlock(context: LayerContext, name: string, x: Features, options: ResnetOptions): Features {
  const { graph } = context
  const { outChannels, time } = options
  const act = (features: Features): Features => ({ ...features, value: silu(context, features.value) })

  let hidden = conv2d(context, `${name}.conv1`, act(groupNorm(context, `${name}.norm1`, x, options)), { outChannels })
  if (time) {
    const projected = linear(context, `${name}.time_emb_proj`, time.value, time.features, outChannels)
    const perChannel = graph.node('Reshape', [projected, graph.ints([-1, outChannels, 1, 1])])
    hidden = { ...hidden, value: graph.node('Add', [hidden.value, perChannel]) }
  }
  hidden = conv2d(context, `${name}.conv2`, act(groupNorm(context, `${name}.norm2`, hidden, options)), { outChannels })

  const skip = x.channels === outChannels ? x : conv2d(context, `${name}.conv_shortcut`, x, { outChannels, kernel: 1 })
  return { value: graph.node('Add', [skip.value, hidden.value]), channels: outChannels }
}

/** CLIPTextModel's config.json for a single file, out of the shapes of its tensors; all of CLIP has 64 channels a head. */
import { AppError } from '#shared/errors.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import type { TextEncoderName } from './family.ts'

const CHANNELS_PER_HEAD = 64
/** OpenCLIP's largest has 48. */
const MAX_LAYERS = 256

export interface ClipShapes {
  readonly component: TextEncoderName
  /** By transformers' names. */
  readonly tensors: ReadonlyMap<string, TensorEntry>
  /** Those that transformers wrote are OpenAI's, with another activation than OpenCLIP's. */
  readonly kind: 'transformers' | 'open-clip'
  readonly withProjection: boolean
}

/** @throws {AppError} `tensor-missing` */
export function clipConfigFromShapes(clip: ClipShapes): Record<string, unknown> {
  const { component, tensors, kind, withProjection } = clip
  const shape = (name: string): readonly number[] => {
    const entry = tensors.get(name)
    if (entry !== undefined) return entry.shape
    throw new AppError('tensor-missing', `${component}: its weights have no tensor ${name}`, {
      data: { component, tensor: name },
    })
  }
  const [vocabSize, hiddenSize] = shape('text_model.embeddings.token_embedding.weight')
  return {
    architectures: [withProjection ? 'CLIPTextModelWithProjection' : 'CLIPTextModel'],
    model_type: 'clip_text_model',
    attention_dropout: 0,
    bos_token_id: 0,
    // not the id of the end: it makes transformers take the highest id, as all of these models' own configs do
    eos_token_id: 2,
    hidden_act: kind === 'open-clip' ? 'gelu' : 'quick_gelu',
    hidden_size: hiddenSize,
    intermediate_size: shape('text_model.encoder.layers.0.mlp.fc1.weight')[0],
    layer_norm_eps: 1e-5,
    max_position_embeddings: shape('text_model.embeddings.position_embedding.weight')[0],
    num_attention_heads: Math.max(1, Math.floor(hiddenSize / CHANNELS_PER_HEAD)),
    num_hidden_layers: countLayers(tensors.keys()),
    projection_dim: tensors.get('text_projection.weight')?.shape[0] ?? hiddenSize,
    vocab_size: vocabSize,
  }
}

export function countLayers(names: Iterable<string>): number {
  let layers = 0
  for (const name of names) {
    const index = /^text_model\.encoder\.layers\.(\d{1,3})\./.exec(name)?.[1]
    if (index !== undefined) layers = Math.max(layers, Number(index) + 1)
  }
  return Math.min(layers, MAX_LAYERS)
}

/**
 * Tensors of CLIP text encoders under the names of transformers' CLIPTextModel. Two kinds stand in single files: those
 * of transformers itself (SD 1, the first of SDXL), some of them without `text_model.`, and OpenCLIP's (SD 2, the second
 * of SDXL), which keeps queries, keys and values of a layer in one matrix, and the projection transposed. Both stay where
 * they are: a third of a matrix is a range of its rows, and a transposed matrix is marked as such.
 *
 * Must match `convert_open_clip_checkpoint` of diffusers 0.42; oracle: test/oracles/single_file.py.
 */
import type { TensorEntry } from '#engine/weights/weights.ts'

/** Buffers that some exports have beside the weights. */
const BUFFERS: ReadonlySet<string> = new Set(['position_ids', 'attn_mask', 'logit_scale'])

/**
 * @param entry of a text encoder that transformers wrote
 * @param name  without what stands before it (`cond_stage_model.transformer.`)
 */
export function transformersClipTensors(entry: TensorEntry, name: string): TensorEntry[] {
  if (BUFFERS.has(name.slice(name.lastIndexOf('.') + 1))) return []
  const isWhole = name.startsWith('text_model.') || name.startsWith('text_projection.')
  return [{ ...entry, name: isWhole ? name : `text_model.${name}` }]
}

const OPEN_CLIP: ReadonlyMap<string, string> = new Map([
  ['token_embedding.weight', 'text_model.embeddings.token_embedding.weight'],
  ['positional_embedding', 'text_model.embeddings.position_embedding.weight'],
  ['ln_final.weight', 'text_model.final_layer_norm.weight'],
  ['ln_final.bias', 'text_model.final_layer_norm.bias'],
  // some tools write it as a linear layer
  ['text_projection.weight', 'text_projection.weight'],
])
const OPEN_CLIP_LAYER: ReadonlyMap<string, string> = new Map([
  ['ln_1', 'layer_norm1'],
  ['ln_2', 'layer_norm2'],
  ['mlp.c_fc', 'mlp.fc1'],
  ['mlp.c_proj', 'mlp.fc2'],
  ['attn.out_proj', 'self_attn.out_proj'],
])

/**
 * @param entry of a text encoder that OpenCLIP wrote
 * @param name  without what stands before it (`conditioner.embedders.1.model.`)
 * @returns one tensor, three for queries, keys and values, none for what is not a weight
 */
export function openClipTensors(entry: TensorEntry, name: string): TensorEntry[] {
  const fixed = OPEN_CLIP.get(name)
  if (fixed !== undefined) return [{ ...entry, name: fixed }]
  if (name === 'text_projection') {
    if (entry.shape.length !== 2) return []
    return [{ ...entry, name: 'text_projection.weight', shape: [entry.shape[1], entry.shape[0]], transposed: true }]
  }
  const match = /^transformer\.resblocks\.(\d{1,3})\.(.+?)[._](weight|bias)$/.exec(name)
  if (match === null) return []
  const [, index, part, kind] = match
  const layer = `text_model.encoder.layers.${index}`
  if (part === 'attn.in_proj') {
    return ['q', 'k', 'v'].flatMap((which, third) =>
      rowsOfThird(entry, `${layer}.self_attn.${which}_proj.${kind}`, third),
    )
  }
  const renamed = OPEN_CLIP_LAYER.get(part)
  return renamed === undefined ? [] : [{ ...entry, name: `${layer}.${renamed}.${kind}` }]
}

/** Rows third · n … (third + 1) · n of 3 n; none if the tensor has not that many. */
function rowsOfThird(entry: TensorEntry, name: string, third: number): TensorEntry[] {
  const [rows, ...rest] = entry.shape
  if (entry.shape.length === 0 || rows % 3 !== 0) return []
  const byteLength = entry.byteLength / 3
  return [{ ...entry, name, shape: [rows / 3, ...rest], offset: entry.offset + third * byteLength, byteLength }]
}

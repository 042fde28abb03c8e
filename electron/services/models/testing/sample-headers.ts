/**
 * For tests and measurements: headers with the names and shapes that real files have (CompVis and Stability AI
 * checkpoints, kohya LoRA), over data that is a hole in the file and takes no room on the disk.
 */
import { ftruncateSync, openSync, closeSync, writeSync } from 'node:fs'

export type Shapes = Record<string, readonly number[]>

/** @param missingBytes by which the file is shorter than its header says */
export function writeSafetensors(
  path: string,
  shapes: Shapes,
  { metadata, missingBytes = 0 }: { metadata?: Record<string, string>; missingBytes?: number } = {},
): void {
  let end = 0
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const begin = end
    end += 2 * shape.reduce((product, dim) => product * dim, 1)
    return [name, { dtype: 'F16', shape, data_offsets: [begin, end] }]
  })
  const json = JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(tensors) })
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const file = openSync(path, 'w')
  writeSync(file, Buffer.concat([length, header]))
  ftruncateSync(file, 8 + header.length + end - missingBytes)
  closeSync(file)
}

/** Where attention is, by block, and how many transformer blocks each has. */
const SD_ATTENTION = {
  input: { 1: 1, 2: 1, 4: 1, 5: 1, 7: 1, 8: 1 },
  output: { 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1 },
}
const XL_ATTENTION = { input: { 4: 2, 5: 2, 7: 10, 8: 10 }, output: { 0: 10, 1: 10, 2: 10, 3: 2, 4: 2, 5: 2 } }

/** A UNet as the checkpoints name it. */
export function unetShapes(textWidth: number, inputChannels = 4, prefix = 'model.diffusion_model.'): Shapes {
  const isXl = textWidth === 2048
  const shapes: Shapes = {}
  const add = (name: string, ...shape: number[]): void => {
    shapes[`${prefix}${name}.weight`] = shape
    shapes[`${prefix}${name}.bias`] = [shape[0]]
  }
  const addBlock = (block: string, transformers: number): void => {
    for (const part of [
      'in_layers.0',
      'in_layers.2',
      'emb_layers.1',
      'out_layers.0',
      'out_layers.3',
      'skip_connection',
    ]) {
      add(`${block}.0.${part}`, 320)
    }
    if (transformers === 0) return
    for (const part of ['norm', 'proj_in', 'proj_out']) add(`${block}.1.${part}`, 320)
    for (let i = 0; i < transformers; i++) {
      const inner = `${block}.1.transformer_blocks.${i}`
      for (const part of ['norm1', 'norm2', 'norm3', 'ff.net.0.proj', 'ff.net.2', 'attn1.to_out.0', 'attn2.to_out.0']) {
        add(`${inner}.${part}`, 320)
      }
      for (const part of ['attn1.to_q', 'attn1.to_k', 'attn1.to_v', 'attn2.to_q'])
        shapes[`${prefix}${inner}.${part}.weight`] = [320, 320]
      for (const part of ['attn2.to_k', 'attn2.to_v']) shapes[`${prefix}${inner}.${part}.weight`] = [320, textWidth]
    }
  }
  add('time_embed.0', 1280, 320)
  add('time_embed.2', 1280, 1280)
  if (isXl) add('label_emb.0.0', 1280, 2816)
  add('input_blocks.0.0', 320, inputChannels, 3, 3)
  const { input, output }: Record<'input' | 'output', Record<number, number>> = isXl ? XL_ATTENTION : SD_ATTENTION
  const count = isXl ? 9 : 12
  for (let i = 1; i < count; i++) addBlock(`input_blocks.${i}`, input[i] ?? 0)
  addBlock('middle_block', isXl ? 10 : 1)
  for (let i = 0; i < count; i++) addBlock(`output_blocks.${i}`, output[i] ?? 0)
  return shapes
}

export function vaeShapes(channels = 4, prefix = 'first_stage_model.'): Shapes {
  const shapes: Shapes = {
    [`${prefix}encoder.conv_in.weight`]: [128, 3, 3, 3],
    [`${prefix}decoder.conv_in.weight`]: [512, channels, 3, 3],
  }
  for (let i = 0; i < 120; i++) shapes[`${prefix}decoder.up.${i % 4}.block.${i}.conv1.weight`] = [128, 128]
  return shapes
}

export function clipShapes(prefix = 'cond_stage_model.transformer.', width = 768): Shapes {
  const shapes: Shapes = { [`${prefix}text_model.embeddings.token_embedding.weight`]: [49408, width] }
  for (let i = 0; i < 12; i++) {
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj']) {
      shapes[`${prefix}text_model.encoder.layers.${i}.self_attn.${part}.weight`] = [width, width]
      shapes[`${prefix}text_model.encoder.layers.${i}.self_attn.${part}.bias`] = [width]
    }
  }
  return shapes
}

/** As kohya's trainer names them. */
export function loraShapes(textWidth: number, rank = 16): Shapes {
  const unet = unetShapes(textWidth, 4, '')
  const shapes: Shapes = {}
  for (const [name, shape] of Object.entries(unet)) {
    if (!name.includes('transformer_blocks') || shape.length !== 2) continue
    const module = `lora_unet_${name.replace(/\.weight$/, '').replaceAll('.', '_')}`
    shapes[`${module}.alpha`] = []
    shapes[`${module}.lora_down.weight`] = [rank, shape[1]]
    shapes[`${module}.lora_up.weight`] = [shape[0], rank]
  }
  return shapes
}

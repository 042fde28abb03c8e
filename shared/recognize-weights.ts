/**
 * What a single file of weights is, from the names and shapes in its header. The names are those of the trainers and
 * apps that write such files: CompVis and Stability AI (checkpoints), kohya, PEFT and diffusers (LoRA), A1111
 * (embeddings), lllyasviel and diffusers (ControlNet). The width of the text that attention looks at tells one Stable
 * Diffusion from the other, finetunes keep it.
 */
import type { ModelFileKind } from './contract/model-files.ts'

/** What is asked of a file's header. */
export interface WeightsHeader {
  readonly names: ReadonlySet<string>
  /** Undefined if there is no such tensor, or it is not described as it should be. */
  shapeOf(name: string): readonly number[] | undefined
  /** What trainers and tools wrote about the file. */
  metadata(): Readonly<Record<string, unknown>>
}

export interface Recognized {
  readonly kind: ModelFileKind
  /** 'unknown' if the header does not tell. */
  readonly architecture: string
}

const SD1 = 'Stable Diffusion 1.x'
const SD2 = 'Stable Diffusion 2.x'
const SDXL = 'Stable Diffusion XL'
const SD3 = 'Stable Diffusion 3.x'
const FLUX = 'Flux.1'
const UNKNOWN = 'unknown'

const BY_TEXT_WIDTH: Readonly<Record<number, string>> = { 768: SD1, 1024: SD2, 1280: `${SDXL} Refiner`, 2048: SDXL }
const LORA_PART =
  /\.(lora_up|lora_down|lora_A|lora_B|lora\.up|lora\.down|lora_linear_layer\.up|hada_w1_a|lokr_w1|lokr_w1_a|oft_blocks|oft_diag|on_input|w_norm|diff|diff_b|dora_scale|a1\.weight)(\.|$)/

interface Sign {
  readonly kind: ModelFileKind
  readonly name: string
  /** Names that only such files have; what other apps may put before them is left open. */
  readonly signs: readonly RegExp[]
}

/** What is used beside a model. */
const BESIDE: readonly Sign[] = [
  { kind: 'unknown', name: 'IP-Adapter', signs: [/^ip_adapter\./, /^image_proj\./, /^(\d+\.)?to_k_ip\.weight$/] },
  { kind: 'unknown', name: 'AnimateDiff motion module', signs: [/(^|\.)motion_modules\.\d+\./] },
  { kind: 'unknown', name: 'T2I-Adapter', signs: [/^(adapter\.)?body\.\d+\.(resnets\.\d+\.)?block1\.weight$/] },
  { kind: 'unknown', name: 'GLIGEN', signs: [/\.fuser\.linear\.weight$/, /^position_net\./] },
  { kind: 'unknown', name: 'hypernetwork', signs: [/^(320|640|768|1024|1280)\.\d+\.linear\.\d+\.weight$/] },
  {
    kind: 'upscaler',
    name: 'ESRGAN',
    signs: [/^(params\S*\.)?body\.\d+\.rdb1\.conv1\.weight$/, /RDB1\.conv1\.0\.weight$/],
  },
  {
    kind: 'upscaler',
    name: 'SwinIR',
    signs: [/(^|\.)layers\.\d+\.residual_group\.blocks\.\d+\.attn\.relative_position/],
  },
  { kind: 'upscaler', name: 'Stable Diffusion x4 upscaler', signs: [/^model\.diffusion_model\.label_emb\.weight$/] },
  {
    kind: 'unknown',
    name: 'CLIP vision encoder',
    signs: [/^(visual|vision_model)\.(conv1|embeddings\.class_embedding|proj)/],
  },
]

/** Models of families that are told by one name. */
const OTHER_MODELS: readonly Sign[] = [
  { kind: 'diffusion-model', name: 'Flux.2', signs: [/(^|\.)single_stream_modulation\.lin\.weight$/] },
  { kind: 'diffusion-model', name: 'Z-Image', signs: [/(^|\.)layers\.0\.adaLN_modulation\.0\.weight$/] },
  { kind: 'diffusion-model', name: 'Lumina 2', signs: [/(^|\.)cap_embedder\.0\.weight$/] },
  { kind: 'diffusion-model', name: 'Qwen-Image', signs: [/(^|\.)transformer_blocks\.\d+\.img_mod\.1\.weight$/] },
  { kind: 'diffusion-model', name: 'HunyuanVideo', signs: [/(^|\.)txt_in\.individual_token_refiner\./] },
  { kind: 'diffusion-model', name: 'Wan video', signs: [/(^|\.)head\.modulation$/] },
  { kind: 'diffusion-model', name: 'LTX-Video', signs: [/(^|\.)patchify_proj\.weight$/] },
  { kind: 'diffusion-model', name: 'Mochi', signs: [/(^|\.)blocks\.0\.attn\.qkv_x\.weight$/] },
  { kind: 'diffusion-model', name: 'Cosmos', signs: [/^net\.x_embedder\.proj\.1\.weight$/] },
  { kind: 'diffusion-model', name: 'HiDream', signs: [/(^|\.)double_stream_blocks\.0\.block\./] },
  { kind: 'diffusion-model', name: 'AuraFlow', signs: [/(^|\.)cond_seq_linear\.weight$/] },
  { kind: 'diffusion-model', name: 'Sana', signs: [/(^|\.)blocks\.0\.cross_attn\.kv_linear\.weight$/] },
  {
    kind: 'diffusion-model',
    name: 'PixArt',
    signs: [/(^|\.)adaln_single\.linear\.weight$/, /(^|\.)t_block\.1\.weight$/],
  },
  { kind: 'diffusion-model', name: 'Stable Cascade', signs: [/(^|\.)clip_txt(_pooled)?_mapper\.weight$/] },
  { kind: 'diffusion-model', name: 'Kandinsky', signs: [/(^|\.)add_embedding\.image_(norm|proj)\.weight$/] },
  { kind: 'diffusion-model', name: 'Stable Video Diffusion', signs: [/\.time_stack\.\d+\.|\.time_mixer\.mix_factor$/] },
  {
    kind: 'vae',
    name: 'AutoencoderTiny (TAESD)',
    signs: [/^(taesd_)?(decoder\.)?(layers\.)?1\.conv\.0\.weight$/, /^decoder\.layers\.0\.weight$/],
  },
  { kind: 'vae', name: 'Wan video', signs: [/^decoder\.middle\.0\.residual\.0\.gamma$/] },
]

export function recognizeWeights(header: WeightsHeader): Recognized {
  const { names } = header
  const has = (name: string): boolean => names.has(name)
  const all = [...names]
  const begins = (start: string): boolean => all.some((name) => name.startsWith(start))

  if (all.some((name) => LORA_PART.test(name))) return { kind: 'lora', architecture: loraArchitecture(all, header) }
  if (begins('control_model.') || has('controlnet_cond_embedding.conv_in.weight') || begins('controlnet_blocks.')) {
    const architecture = unetArchitecture(header, 'control_model.') ?? transformerArchitecture(has, '') ?? UNKNOWN
    return { kind: 'controlnet', architecture }
  }
  const beside = BESIDE.find(({ signs }) => signs.some((sign) => all.some((name) => sign.test(name))))
  if (beside !== undefined) return { kind: beside.kind, architecture: beside.name }
  const embedding = embeddingArchitecture(all, header)
  if (embedding !== undefined) return { kind: 'embedding', architecture: embedding }

  for (const prefix of ['model.diffusion_model.', '', 'diffusion_model.']) {
    const architecture = transformerArchitecture(has, prefix) ?? unetArchitecture(header, prefix)
    if (architecture === undefined) continue
    const hasMore = ['first_stage_model.', 'vae.', 'cond_stage_model.', 'conditioner.', 'text_encoders.'].some(begins)
    return { kind: hasMore ? 'checkpoint' : 'diffusion-model', architecture }
  }
  const other = OTHER_MODELS.find(({ signs }) => signs.some((sign) => all.some((name) => sign.test(name))))
  if (other !== undefined) return { kind: other.kind, architecture: other.name }
  for (const prefix of ['', 'first_stage_model.', 'vae.']) {
    const shape = header.shapeOf(`${prefix}decoder.conv_in.weight`)
    if (shape) return { kind: 'vae', architecture: vaeArchitecture(shape[1]) }
  }
  const textEncoder = textEncoderArchitecture(header)
  return textEncoder === undefined
    ? { kind: 'unknown', architecture: fromMetadata(header) }
    : { kind: 'text-encoder', architecture: textEncoder }
}

/** Of a UNet in either way of naming its parts. */
function unetArchitecture(header: WeightsHeader, prefix: string): string | undefined {
  const first = header.shapeOf(`${prefix}input_blocks.0.0.weight`) ?? header.shapeOf(`${prefix}conv_in.weight`)
  if (
    !first ||
    !(header.names.has(`${prefix}time_embed.0.weight`) || header.names.has(`${prefix}time_embedding.linear_1.weight`))
  ) {
    return undefined
  }
  const attention = 'transformer_blocks.0.attn2.to_k.weight'
  const places = ['input_blocks.1.1', 'input_blocks.4.1', 'down_blocks.0.attentions.0', 'down_blocks.1.attentions.0']
  const width = places.map((place) => header.shapeOf(`${prefix}${place}.${attention}`)?.[1]).find(Boolean)
  const family = width === undefined ? UNKNOWN : (BY_TEXT_WIDTH[width] ?? UNKNOWN)
  // beside the 4 of the noise: a mask and its image, or the image to be changed
  const use = { 9: ', inpainting', 8: ', instruction' }[first[1]] ?? ''
  return `${family}${use}`
}

function transformerArchitecture(has: (name: string) => boolean, prefix: string): string | undefined {
  if (has(`${prefix}distilled_guidance_layer.in_proj.weight`)) return 'Chroma'
  if (has(`${prefix}double_blocks.0.img_attn.qkv.weight`) && has(`${prefix}txt_in.weight`)) {
    return has(`${prefix}guidance_in.in_layer.weight`) ? `${FLUX} dev` : `${FLUX} schnell`
  }
  if (has(`${prefix}single_transformer_blocks.0.attn.to_q.weight`) && has(`${prefix}x_embedder.weight`)) {
    return has(`${prefix}time_text_embed.guidance_embedder.linear_1.weight`) ? `${FLUX} dev` : `${FLUX} schnell`
  }
  if (has(`${prefix}joint_blocks.0.context_block.attn.qkv.weight`)) return SD3
  if (has(`${prefix}transformer_blocks.0.attn.add_k_proj.weight`) && has(`${prefix}pos_embed.proj.weight`)) return SD3
  return undefined
}

function loraArchitecture(all: readonly string[], header: WeightsHeader): string {
  const isFlux = /double_blocks[._]\d|single_transformer_blocks[._]\d/
  if (all.some((name) => isFlux.test(name))) return FLUX
  if (all.some((name) => /joint_blocks[._]\d|^(lora_)?transformer[._]transformer_blocks[._]\d/.test(name))) return SD3
  // down and A come first, and are as wide as what goes in
  const seesText = all.find((name) => /attn2[._]to_[kv].*\.(lora_down|lora_A|lora\.down)(\.|$)/.test(name))
  const width = seesText === undefined ? undefined : header.shapeOf(seesText)?.at(1)
  if (width !== undefined && width in BY_TEXT_WIDTH) return BY_TEXT_WIDTH[width]
  if (all.some((name) => name.startsWith('lora_te2_'))) return SDXL
  return fromMetadata(header)
}

/** What trainers say: kohya (`ss_base_model_version`), the model spec of Stability AI (`modelspec.architecture`). */
function fromMetadata(header: WeightsHeader): string {
  const metadata = header.metadata()
  const text = [metadata['modelspec.architecture'], metadata.ss_base_model_version]
    .filter((v) => typeof v === 'string')
    .join(' ')
  if (/flux/i.test(text)) return FLUX
  if (/sdxl|stable-diffusion-xl/i.test(text)) return SDXL
  if (/sd3|stable-diffusion-(v?3|3)/i.test(text)) return SD3
  if (/sd_v2|stable-diffusion-v2/i.test(text)) return SD2
  if (/sd_v1|stable-diffusion-v1/i.test(text)) return SD1
  return UNKNOWN
}

function embeddingArchitecture(all: readonly string[], header: WeightsHeader): string | undefined {
  if (all.length > 8) return undefined
  if (header.names.has('clip_l') && header.names.has('clip_g')) return SDXL
  const shape = header.shapeOf('emb_params') ?? (all.length === 1 ? header.shapeOf(all[0]) : undefined)
  const width = shape !== undefined && shape.length <= 2 ? shape.at(-1) : undefined
  return width === 768 || width === 1024 ? BY_TEXT_WIDTH[width] : undefined
}

function vaeArchitecture(latentChannels: number | undefined): string {
  if (latentChannels === 4) return 'Stable Diffusion (4 channels)'
  if (latentChannels === 16) return `${SD3} or ${FLUX} (16 channels)`
  return UNKNOWN
}

function textEncoderArchitecture(header: WeightsHeader): string | undefined {
  if (header.names.has('encoder.block.0.layer.0.SelfAttention.q.weight')) {
    return header.shapeOf('encoder.block.0.layer.0.SelfAttention.q.weight')?.[1] === 4096 ? 'T5 XXL' : 'T5'
  }
  const width = header.shapeOf('text_model.embeddings.token_embedding.weight')?.[1]
  if (width === undefined) return undefined
  return { 768: 'CLIP L', 1024: 'OpenCLIP H', 1280: 'OpenCLIP G' }[width] ?? 'CLIP'
}

const SHOWN_KINDS: Readonly<Record<ModelFileKind, string>> = {
  checkpoint: 'a whole checkpoint',
  'diffusion-model': 'a diffusion model without text encoder and VAE',
  lora: 'a LoRA',
  vae: 'a VAE',
  'text-encoder': 'a text encoder',
  embedding: 'an embedding (textual inversion)',
  controlnet: 'a ControlNet',
  upscaler: 'an upscaler',
  onnx: 'an ONNX model',
  unknown: 'a file',
}

/** What a file looks like, for messages: 'a LoRA of Stable Diffusion XL'; undefined if its header does not tell. */
export function describeWeights(header: WeightsHeader): string | undefined {
  const { kind, architecture } = recognizeWeights(header)
  if (kind === 'unknown') return architecture === UNKNOWN ? undefined : `${architecture} weights`
  return architecture === UNKNOWN ? SHOWN_KINDS[kind] : `${SHOWN_KINDS[kind]} of ${architecture}`
}

import { expect, test } from 'vitest'
import { describeWeights } from './recognize-weights.ts'

const describe = (shapes: Record<string, number[]>, metadata: Record<string, string> = {}) =>
  describeWeights({
    names: new Set(Object.keys(shapes)),
    shapeOf: (name) => shapes[name],
    metadata: () => metadata,
  })

test.each<[string, Record<string, number[]>]>([
  ['LoRA of Stable Diffusion 1.x', { 'lora_unet_x_attn2_to_k.lora_down.weight': [4, 768], 'lora_unet_x.alpha': [] }],
  ['LoRA', { 'lora_unet_x.hada_w1_a': [4, 4] }],
  ['LoRA', { 'lora_unet_x.lokr_w1': [4, 4] }],
  ['LoRA', { 'lora_unet_x.oft_blocks': [4, 4] }],
  ['LoRA of Flux.1', { 'transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight': [16, 3072] }],
  ['embedding', { emb_params: [4, 768] }],
  ['embedding', { clip_l: [4, 768], clip_g: [4, 1280] }],
  ['VAE', { 'decoder.conv_in.weight': [512, 4, 3, 3] }],
  ['VAE of AutoencoderTiny', { 'decoder.layers.0.weight': [64, 4, 3, 3] }],
  ['ControlNet', { 'controlnet_cond_embedding.conv_in.weight': [16, 3, 3, 3] }],
  ['T2I-Adapter', { 'adapter.body.0.resnets.0.block1.weight': [320, 320, 3, 3] }],
  ['IP-Adapter', { 'image_proj.proj.weight': [3072, 1024], 'ip_adapter.1.to_k_ip.weight': [320, 768] }],
  ['AnimateDiff', { 'down_blocks.0.motion_modules.0.temporal_transformer.norm.weight': [320] }],
  ['hypernetwork', { '768.0.linear.0.weight': [1536, 768] }],
  ['upscaler of ESRGAN', { 'body.0.rdb1.conv1.weight': [32, 64, 3, 3] }],
  ['upscaler of SwinIR', { 'layers.0.residual_group.blocks.0.attn.relative_position_index': [64, 64] }],
  ['x4 upscaler', { 'model.diffusion_model.label_emb.weight': [1000, 1024] }],
  ['CLIP vision', { 'vision_model.embeddings.class_embedding': [1024] }],
  ['text encoder of T5 XXL', { 'encoder.block.0.layer.0.SelfAttention.q.weight': [4096, 4096] }],
  [
    'text encoder of CLIP L',
    { 'text_model.embeddings.token_embedding.weight': [49408, 768], 'text_model.x': [768, 768] },
  ],
  ['Flux.1 schnell', { 'double_blocks.0.img_attn.qkv.weight': [1], 'txt_in.weight': [1] }],
  ['Flux.2', { 'single_stream_modulation.lin.weight': [1] }],
  ['Chroma', { 'distilled_guidance_layer.in_proj.weight': [1] }],
  ['Stable Diffusion 3', { 'model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight': [1] }],
  ['Stable Cascade', { 'clip_txt_pooled_mapper.weight': [1] }],
  ['PixArt', { 'adaln_single.linear.weight': [1] }],
  ['Kandinsky', { 'add_embedding.image_norm.weight': [1] }],
  ['Wan', { 'head.modulation': [1] }],
  ['HunyuanVideo', { 'txt_in.individual_token_refiner.blocks.0.norm1.weight': [1] }],
  ['LTX-Video', { 'patchify_proj.weight': [1] }],
  ['Z-Image', { 'layers.0.adaLN_modulation.0.weight': [1] }],
  ['Lumina', { 'cap_embedder.0.weight': [1] }],
  ['Qwen-Image', { 'transformer_blocks.0.img_mod.1.weight': [1] }],
  ['AuraFlow', { 'cond_seq_linear.weight': [1] }],
  ['Sana', { 'blocks.0.cross_attn.kv_linear.weight': [1] }],
  ['Mochi', { 'blocks.0.attn.qkv_x.weight': [1] }],
])('%s', (expected, shapes) => {
  expect(describe(shapes)).toContain(expected)
})

test('what nobody knows', () => {
  expect(describe({ 'some.weight': [3, 3], 'other.weight': [3, 3] })).toBeUndefined()
})

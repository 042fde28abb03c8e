/** What lies in the folders of A1111 (models/Stable-diffusion, …) and ComfyUI (models/checkpoints, …), by their names. */
import type { ModelFileKind } from '#shared/contract/model-files.ts'

const KINDS: Readonly<Record<string, ModelFileKind>> = {
  'stable-diffusion': 'checkpoint',
  checkpoints: 'checkpoint',
  lora: 'lora',
  loras: 'lora',
  lycoris: 'lora',
  vae: 'vae',
  embeddings: 'embedding',
  controlnet: 'controlnet',
  text_encoders: 'text-encoder',
  text_encoder: 'text-encoder',
  clip: 'text-encoder',
  unet: 'diffusion-model',
  diffusion_models: 'diffusion-model',
  esrgan: 'upscaler',
  realesrgan: 'upscaler',
  upscale_models: 'upscaler',
}

export function kindOfFolder(name: string): ModelFileKind | undefined {
  const folded = name.toLowerCase()
  return Object.hasOwn(KINDS, folded) ? KINDS[folded] : undefined
}

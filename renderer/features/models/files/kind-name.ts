/** Kinds of model files, one and many, in the person's language. */
import type { ModelFileKind } from '#shared/contract/model-files.ts'
import * as m from '#renderer/paraglide/messages.js'

export const kindName: Record<ModelFileKind, () => string> = {
  checkpoint: m.models_kind_checkpoint,
  'diffusion-model': m.models_kind_diffusion_model,
  lora: m.models_kind_lora,
  vae: m.models_kind_vae,
  'text-encoder': m.models_kind_text_encoder,
  embedding: m.models_kind_embedding,
  controlnet: m.models_kind_controlnet,
  upscaler: m.models_kind_upscaler,
  onnx: m.models_kind_onnx,
  unknown: m.models_kind_unknown,
}

/** Stable Diffusion 1.x and 2.x: one CLIP text encoder, a UNet over latents, an autoencoder. */
import { encodeText } from '#engine/conditioning/clip-prompts.ts'
import { CLIP_TEXT_MODEL } from '#engine/networks/clip-text.ts'
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import { use, type Architecture, type BoundModel, type Conditioner } from './architecture.ts'
import { AUTOENCODERS } from './autoencoder-codec.ts'
import { checkContext, checkLatents } from './check-fit.ts'
import { latentDiffusion } from './latent-diffusion.ts'

export const STABLE_DIFFUSION: Architecture = {
  name: 'stable-diffusion',
  pipelines: ['StableDiffusionPipeline', 'StableDiffusionImg2ImgPipeline', 'LatentConsistencyModelPipeline'],
  components: {
    text_encoder: [use(CLIP_TEXT_MODEL, 'last')],
    unet: [use(UNET_2D_CONDITION, 'unet')],
    vae: AUTOENCODERS,
  },
  tokenizers: [{ folder: 'tokenizer', encoder: 'text_encoder' }],
  indexFields: [],
  correctsScheduler: true,
  defaults: { numInferenceSteps: 50, guidanceScale: 7.5, strength: 0.8 },

  /** By the widths of the first UNet level and of the text encoder, which finetunes keep. */
  title(components) {
    const { levels, contextFeatures } = components.get('unet', UNET_2D_CONDITION)
    if (levels[0].channels === 320 && contextFeatures === 768) return 'Stable Diffusion 1.x'
    if (levels[0].channels === 320 && contextFeatures === 1024) return 'Stable Diffusion 2.x'
    return 'Stable Diffusion (own size)'
  },
  checkFit(components) {
    checkLatents(components)
    checkContext(components, components.get('text_encoder', CLIP_TEXT_MODEL).hiddenSize)
  },
  ...latentDiffusion(conditioner),
}

function conditioner(model: BoundModel): Conditioner {
  return {
    async encode(text, { onWarning }) {
      const session = await model.session('text_encoder', 'last')
      const { hiddenStates } = await encodeText(text, model.tokenizers.get('tokenizer')!, session, onWarning)
      return { hiddenStates }
    },
    forImage: (encoded) => encoded,
  }
}

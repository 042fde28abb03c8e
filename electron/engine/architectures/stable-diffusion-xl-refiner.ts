/**
 * The refiner of Stable Diffusion XL: one text encoder, and a score for how good the image is in place of its size.
 * Must match diffusers' StableDiffusionXLImg2ImgPipeline; proven by test/integration/pipelines.test.ts.
 */
import { encodeText } from '#engine/conditioning/clip-prompts.ts'
import { aestheticConditions, idsRow, sizeConditions } from '#engine/conditioning/size-conditions.ts'
import { CLIP_TEXT_MODEL_WITH_PROJECTION } from '#engine/networks/clip-text.ts'
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import { use, type Architecture, type BoundModel, type Conditioner } from './architecture.ts'
import { AUTOENCODERS } from './autoencoder-codec.ts'
import { checkAddedConditions, checkContext, checkLatents } from './check-fit.ts'
import { zerosIfEmptyNegative } from './empty-negative.ts'
import { latentDiffusion } from './latent-diffusion.ts'

/** diffusers' aesthetic_score and negative_aesthetic_score. */
const SCORE = 6
const NEGATIVE_SCORE = 2.5

export const STABLE_DIFFUSION_XL_REFINER: Architecture = {
  name: 'stable-diffusion-xl-refiner',
  pipelines: ['StableDiffusionXLImg2ImgPipeline'],
  components: {
    text_encoder_2: [use(CLIP_TEXT_MODEL_WITH_PROJECTION, 'penultimate')],
    unet: [use(UNET_2D_CONDITION, 'unet')],
    vae: AUTOENCODERS,
  },
  tokenizers: [{ folder: 'tokenizer_2', encoder: 'text_encoder_2' }],
  indexFields: ['force_zeros_for_empty_prompt', 'requires_aesthetics_score'],
  correctsScheduler: false,
  defaults: { numInferenceSteps: 50, guidanceScale: 5, strength: 0.3 },
  title: () => 'Stable Diffusion XL refiner',
  checkFit(components) {
    const encoder = components.get('text_encoder_2', CLIP_TEXT_MODEL_WITH_PROJECTION)
    checkLatents(components)
    checkContext(components, encoder.hiddenSize)
    checkAddedConditions(components, encoder.projection!, 5, 6)
  },
  ...latentDiffusion(conditioner),
}

function conditioner(model: BoundModel): Conditioner {
  return {
    async encode(text, { isNegative, request, onWarning }) {
      const session = await model.session('text_encoder_2', 'penultimate')
      const encoded = await encodeText(text, model.tokenizers.get('tokenizer_2')!, session, onWarning)
      const conditioning = { hiddenStates: encoded.hiddenStates, pooled: encoded.pooled! }
      return zerosIfEmptyNegative(conditioning, model, { text, isNegative, request })
    },
    forImage(encoded, image, isNegative) {
      const scored = model.index.requires_aesthetics_score === true
      const ids = scored ? aestheticConditions(image, isNegative ? NEGATIVE_SCORE : SCORE) : sizeConditions(image)
      return { ...encoded, addedIds: idsRow(ids) }
    },
  }
}

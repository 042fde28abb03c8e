/**
 * Stable Diffusion XL: two CLIP text encoders side by side, a UNet that is also told the sizes of the image.
 * Must match diffusers' StableDiffusionXLPipeline; proven by test/integration/pipelines.test.ts.
 */
import { encodeText } from '#engine/conditioning/clip-prompts.ts'
import type { Conditioning } from '#engine/conditioning/conditioning.ts'
import { idsRow, sizeConditions } from '#engine/conditioning/size-conditions.ts'
import { CLIP_TEXT_MODEL, CLIP_TEXT_MODEL_WITH_PROJECTION } from '#engine/networks/clip-text.ts'
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import { use, type Architecture, type BoundModel, type Conditioner } from './architecture.ts'
import { AUTOENCODERS } from './autoencoder-codec.ts'
import { checkAddedConditions, checkContext, checkLatents } from './check-fit.ts'
import { zerosIfEmptyNegative } from './empty-negative.ts'
import { latentDiffusion } from './latent-diffusion.ts'

/** Original size, crop and target size, two numbers each. */
const ID_COUNT = 6

export const STABLE_DIFFUSION_XL: Architecture = {
  name: 'stable-diffusion-xl',
  pipelines: ['StableDiffusionXLPipeline', 'StableDiffusionXLImg2ImgPipeline'],
  components: {
    text_encoder: [use(CLIP_TEXT_MODEL, 'penultimate')],
    text_encoder_2: [use(CLIP_TEXT_MODEL_WITH_PROJECTION, 'penultimate')],
    unet: [use(UNET_2D_CONDITION, 'unet')],
    vae: AUTOENCODERS,
  },
  tokenizers: [
    { folder: 'tokenizer', encoder: 'text_encoder' },
    { folder: 'tokenizer_2', encoder: 'text_encoder_2' },
  ],
  indexFields: ['force_zeros_for_empty_prompt'],
  correctsScheduler: false,
  defaults: { numInferenceSteps: 50, guidanceScale: 5, strength: 0.3 },

  title(components) {
    const { levels, contextFeatures, midBlock } = components.get('unet', UNET_2D_CONDITION)
    const isFull = levels.length === 3 && levels[0].channels === 320 && contextFeatures === 2048
    if (!isFull) return 'Stable Diffusion XL (own size)'
    const depth = levels[2].transformerDepth.reduce((sum, blocks) => sum + blocks, 0)
    return depth === 20 && midBlock === 'cross-attention' ? 'Stable Diffusion XL' : 'Stable Diffusion XL (distilled)'
  },
  checkFit(components) {
    const first = components.get('text_encoder', CLIP_TEXT_MODEL)
    const second = components.get('text_encoder_2', CLIP_TEXT_MODEL_WITH_PROJECTION)
    checkLatents(components)
    checkContext(components, first.hiddenSize + second.hiddenSize)
    checkAddedConditions(components, second.projection!, ID_COUNT)
  },
  ...latentDiffusion(conditioner),
}

function conditioner(model: BoundModel): Conditioner {
  const encode = async (text: string, onWarning: ((message: string) => void) | undefined): Promise<Conditioning> => {
    const [tokenizer, tokenizer2] = ['tokenizer', 'tokenizer_2'].map((folder) => model.tokenizers.get(folder)!)
    const first = await encodeText(text, tokenizer, await model.session('text_encoder', 'penultimate'), onWarning)
    // what the first has warned of, the second would say again
    const session = await model.session('text_encoder_2', 'penultimate')
    const second = await encodeText(text, tokenizer2, session, undefined)
    return { hiddenStates: sideBySide(first.hiddenStates, second.hiddenStates), pooled: second.pooled! }
  }
  return {
    async encode(text, { isNegative, request, onWarning }) {
      return zerosIfEmptyNegative(await encode(text, onWarning), model, { text, isNegative, request })
    },
    forImage: (encoded, image) => ({ ...encoded, addedIds: idsRow(sizeConditions(image)) }),
  }
}

/** Joins the features of each token. @param a [1, S, A]; @param b [1, S, B]; @returns [1, S, A + B] */
function sideBySide(a: Tensor, b: Tensor): Tensor {
  const [, tokens, width] = a.shape
  const [, , width2] = b.shape
  const data = new Float32Array(tokens * (width + width2))
  for (let i = 0; i < tokens; i++) {
    data.set(a.data.subarray(i * width, (i + 1) * width), i * (width + width2))
    data.set(b.data.subarray(i * width2, (i + 1) * width2), i * (width + width2) + width)
  }
  return { shape: [1, tokens, width + width2], data }
}

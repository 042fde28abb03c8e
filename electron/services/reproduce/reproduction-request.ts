/** What makes an image of the history again: all that it depends on is said, nothing is left to defaults. */
import { AppError, quoted } from '#shared/errors.ts'
import { AskedMoreSchema, type GenerationRequest } from '#shared/generation.ts'
import type { OwnImage } from '#shared/history.ts'
import type { InputStore } from '../images/input-store.ts'
import type { ModelsService } from '../models/models-service.ts'

export interface RequestDeps {
  readonly models: Pick<ModelsService, 'findByHash' | 'list'>
  readonly inputs: Pick<InputStore, 'pathOf'>
}

/** As many digits of a model's hash as A1111 shows. */
const SHORT_HASH = 10

/**
 * @throws {AppError} `model-not-found`; `not-found` (input image); `invalid-argument` for an image whose file lacked
 *   what is needed, or that was made in a way that the engine does not know
 */
export function reproductionRequest(image: OwnImage, { models, inputs }: RequestDeps): GenerationRequest {
  if (image.maskHash !== undefined) {
    throw new AppError('invalid-argument', `image ${image.id} was made with a mask, which cannot be made again yet`, {
      data: { imageId: image.id },
    })
  }
  if (image.loras !== undefined) {
    throw new AppError('invalid-argument', `image ${image.id} was made with LoRA, which cannot be made again yet`, {
      data: { imageId: image.id },
    })
  }
  return {
    kind: image.kind,
    modelDir: modelDirOf(image, image, models),
    items: [
      {
        prompt: image.prompt,
        negativePrompt: image.negativePrompt,
        seed: image.seed,
        ...(image.kind === 'image-to-image' && { inputImage: inputs.pathOf(needed(image, 'inputImageHash')) }),
      },
    ],
    numInferenceSteps: image.numInferenceSteps,
    guidanceScale: image.guidanceScale,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    scheduler: image.scheduler,
    sigmas: image.sigmas,
    ...(image.provider === 'wasm' && { arithmetic: 'portable' as const }),
    ...AskedMoreSchema.parse(image),
    ...(image.refiner && {
      refinerDir: modelDirOf(image, { modelName: image.refiner.name, modelHash: image.refiner.hash }, models),
      refinerStart: image.refiner.start,
    }),
    ...(image.kind === 'image-to-image' && {
      strength: needed(image, 'strength'),
      resizeMode: needed(image, 'resizeMode'),
    }),
  }
}

const NAMES = { inputImageHash: 'input image', strength: 'strength', resizeMode: 'resize mode' }

/** Images that came back from their files may lack it. */
function needed<Field extends keyof typeof NAMES>(image: OwnImage, field: Field): NonNullable<OwnImage[Field]> {
  const value = image[field]
  if (value !== undefined) return value
  throw new AppError(
    'invalid-argument',
    `the ${NAMES[field]} that image ${image.id} was made with is not known, so it cannot be made again`,
    { data: { imageId: image.id, missing: field } },
  )
}

function modelDirOf(
  image: OwnImage,
  { modelName, modelHash }: Pick<OwnImage, 'modelName' | 'modelHash'>,
  models: RequestDeps['models'],
): string {
  const model = models.findByHash(modelHash)
  if (model?.problem === null) return model.path
  const wanted = `${quoted(modelName)} (hash ${quoted(modelHash.slice(0, SHORT_HASH))})`
  throw new AppError('model-not-found', `image ${image.id} was made with the model ${wanted}, ${reason()}`, {
    data: { imageId: image.id, modelName, modelHash },
  })

  function reason(): string {
    if (model !== undefined) return `which cannot be used now: ${model.problem ?? ''}`
    const namesake = models.list().find(({ name }) => name === modelName)
    if (namesake === undefined) return 'which is not in the list of models: add its folder'
    const now = namesake.hash === '' ? 'incomplete' : `another (hash ${namesake.hash.slice(0, SHORT_HASH)})`
    return `and the model of this name has changed: it is ${now} now. Bring the old files back`
  }
}

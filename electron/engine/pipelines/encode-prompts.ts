/** Prompts → conditionings, each different text once and by itself, so that no prompt depends on its neighbours. */
import type { Conditioner, ImageFacts } from '#engine/architectures/architecture.ts'
import type { Conditioning } from '#engine/conditioning/conditioning.ts'
import type { GuidedConditioning } from './guidance.ts'

export interface PromptPair {
  readonly prompt: string
  readonly negativePrompt: string
}

export class EncodedPrompts {
  readonly #conditioner: Conditioner | undefined
  readonly #isGuided: boolean
  readonly #encoded = new Map<string, Conditioning>()

  private constructor(conditioner: Conditioner | undefined, isGuided: boolean) {
    this.#conditioner = conditioner
    this.#isGuided = isGuided
  }

  /**
   * @param conditioner undefined: the model takes no prompts, and conditionings are empty
   * @param onWarning   told once per prompt that is too long, with what was cut off
   */
  static async encode(
    conditioner: Conditioner | undefined,
    prompts: readonly PromptPair[],
    options: {
      readonly isGuided: boolean
      readonly request: ImageFacts['request']
      readonly onWarning?: (message: string) => void
    },
  ): Promise<EncodedPrompts> {
    const { isGuided, request, onWarning } = options
    const all = new EncodedPrompts(conditioner, isGuided)
    if (conditioner === undefined) {
      if (prompts.some(({ prompt, negativePrompt }) => prompt !== '' || negativePrompt !== '')) {
        onWarning?.('the model takes no prompt: what was asked for has no effect')
      }
      return all
    }
    for (const { prompt, negativePrompt } of prompts) {
      for (const [text, isNegative] of [
        [prompt, false] as const,
        ...(isGuided ? [[negativePrompt, true] as const] : []),
      ]) {
        const key = keyOf(text, isNegative)
        if (all.#encoded.has(key)) continue
        all.#encoded.set(key, await conditioner.encode(text, { isNegative, request, ...(onWarning && { onWarning }) }))
      }
    }
    return all
  }

  /** What a micro-batch is denoised with, an entry for each image. */
  forBatch(images: readonly (PromptPair & ImageFacts)[]): GuidedConditioning {
    const of = (image: PromptPair & ImageFacts, isNegative: boolean): Conditioning => {
      if (this.#conditioner === undefined) return {}
      const encoded = this.#encoded.get(keyOf(isNegative ? image.negativePrompt : image.prompt, isNegative))!
      return this.#conditioner.forImage(encoded, image, isNegative)
    }
    return {
      positive: images.map((image) => of(image, false)),
      negative: this.#isGuided ? images.map((image) => of(image, true)) : [],
    }
  }
}

/** An empty text may mean something else as a negative prompt. */
function keyOf(text: string, isNegative: boolean): string {
  return text === '' && isNegative ? '-' : `+${text}`
}

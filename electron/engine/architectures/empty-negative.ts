/** What SDXL's pipelines make of a negative prompt that is empty: the encoded empty text, or zeros. */
import { zeroConditioning, type Conditioning } from '#engine/conditioning/conditioning.ts'
import type { BoundModel, ImageFacts } from './architecture.ts'

/**
 * @param encoded what the text gave
 * @returns zeros in its place where that stands for no negative prompt: as asked for, else as model_index.json says
 */
export function zerosIfEmptyNegative(
  encoded: Conditioning,
  { index }: BoundModel,
  { text, isNegative, request }: { text: string; isNegative: boolean; request: ImageFacts['request'] },
): Conditioning {
  const forcesZeros = index.force_zeros_for_empty_prompt !== false
  const zeros = request.emptyNegative === undefined ? forcesZeros : request.emptyNegative === 'zeros'
  return isNegative && text === '' && zeros ? zeroConditioning(encoded) : encoded
}

/** What a picture was made with, as far as it can be made something of again: its prompt, what to keep out, its seed. */
import { z } from 'zod'
import type { ImageDetail } from '#shared/contract/history.ts'
import type { ReadView } from '#shared/contract/metadata.ts'

/** More names than this tell nobody anything. */
const MAX_NAMES = 40

export const MadeWithSchema = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  /** Digits; absent if the file has none. */
  seed: z.string().optional(),
  /** Fields of the file that mean nothing here. */
  notUnderstood: z.array(z.string()),
})
export type MadeWith = z.output<typeof MadeWithSchema>

/** @returns undefined if the file tells no prompt: then it cannot say what to make of it */
export function madeWith({ fields, notUnderstood }: ReadView): MadeWith | undefined {
  const { prompt, negativePrompt, seed } = fields
  if (prompt === undefined || prompt.fidelity === 'not-understood' || prompt.value.trim() === '') return undefined
  const unclear = Object.entries({ negativePrompt, seed }).filter(([, field]) => field?.fidelity === 'not-understood')
  const names = [...unclear.map(([name]) => name), ...notUnderstood.map(({ name }) => name)]
  return {
    prompt: prompt.value,
    negativePrompt:
      negativePrompt === undefined || negativePrompt.fidelity === 'not-understood' ? '' : negativePrompt.value,
    ...(seed !== undefined && seed.fidelity !== 'not-understood' && { seed: seed.value.toString() }),
    notUnderstood: [...new Set(names)].slice(0, MAX_NAMES),
  }
}

/** The same of an image of the history, of which all is known already. */
export function madeWithOf(image: Pick<ImageDetail, 'prompt' | 'negativePrompt' | 'seed'>): MadeWith | undefined {
  const { prompt, negativePrompt, seed } = image
  if (prompt === undefined || prompt.trim() === '') return undefined
  return {
    prompt,
    negativePrompt: negativePrompt ?? '',
    ...(seed !== undefined && { seed: seed.toString() }),
    notUnderstood: [],
  }
}

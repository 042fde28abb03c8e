/** Prompts → embeddings, each different text once and by itself, so that no prompt depends on its neighbours. */
import { quoted } from '#shared/errors.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import { requireFinite } from './require-finite.ts'
import type { LoadedModel } from './loaded-model.ts'

const MAX_SHOWN = 60

/**
 * @param prompts any number, equal ones allowed
 * @param onWarning told once per prompt that is too long, with what was cut off
 * @returns prompt → [1, S, D]
 */
export async function encodePrompts(
  model: LoadedModel,
  prompts: Iterable<string>,
  onWarning: (message: string) => void,
): Promise<ReadonlyMap<string, Tensor>> {
  const session = await model.session('textEncoder')
  const encoded = new Map<string, Tensor>()
  for (const prompt of new Set(prompts)) {
    const { ids, truncatedText } = model.tokenizer.encode(prompt)
    if (truncatedText !== undefined) {
      const shown = truncatedText.length > MAX_SHOWN ? `${truncatedText.slice(0, MAX_SHOWN)}…` : truncatedText
      onWarning(`the prompt is longer than the model's ${ids.length} tokens; cut off: ${quoted(shown)}`)
    }
    const embeds = await session.run({ input_ids: { shape: [1, ids.length], data: ids } })
    requireFinite(embeds.data, 'the prompt embeddings')
    encoded.set(prompt, embeds)
  }
  await model.release('textEncoder')
  return encoded
}

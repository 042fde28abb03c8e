/** Encodes prompts with CLIP text encoders, each text by itself, so that no prompt depends on its neighbours. */
import { quoted } from '#shared/errors.ts'
import type { RuntimeSession } from '#engine/runtime/session.ts'
import { requireFinite } from '#engine/tensor/require-finite.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { ClipTokenizer } from '#engine/tokenizer/open-tokenizer.ts'

const MAX_SHOWN = 60

export interface EncodedText {
  /** [1, S, D] */
  readonly hiddenStates: Tensor
  /** [1, P]; only of encoders with a projection. */
  readonly pooled: Tensor | undefined
}

/**
 * @param onWarning is told of a prompt that is too long, with what was cut off
 * @throws {AppError} `not-finite`
 */
export async function encodeText(
  text: string,
  tokenizer: ClipTokenizer,
  session: RuntimeSession,
  onWarning: ((message: string) => void) | undefined,
): Promise<EncodedText> {
  const { ids, endPosition, truncatedText } = tokenizer.encode(text)
  if (truncatedText !== undefined) {
    const shown = truncatedText.length > MAX_SHOWN ? `${truncatedText.slice(0, MAX_SHOWN)}…` : truncatedText
    onWarning?.(`the prompt is longer than the model's ${ids.length} tokens; cut off: ${quoted(shown)}`)
  }
  const end = { shape: [1], data: Int32Array.of(endPosition) }
  const outputs = await session.run({
    input_ids: { shape: [1, ids.length], data: ids },
    ...(session.inputNames.includes('end_position') && { end_position: end }),
  })
  for (const output of Object.values(outputs)) requireFinite(output.data, 'the prompt embeddings')
  return { hiddenStates: outputs.hidden_states, pooled: outputs.pooled }
}

/** In words, what is wrong with a line of a file: what was expected, and what was found. */
import { formatNumber } from '#renderer/text/numbers.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { LineProblem, PromptField } from './prompt-fields.ts'

const FIELD_NAMES: Record<PromptField, () => string> = {
  prompt: m.batch_field_prompt,
  negative: m.batch_field_negative,
  seed: m.seed,
  steps: m.shell_steps,
  guidance: m.shell_guidance,
  width: m.shell_width,
  height: m.shell_height,
  count: m.batch_images_per_prompt,
}

export function problemText({ kind, field, min = 0, max = Infinity, found = '' }: LineProblem): string {
  switch (kind) {
    case 'prompt-missing':
      return m.batch_file_no_prompt()
    case 'not-json':
      return m.batch_file_not_json()
    case 'not-a-prompt':
      return m.batch_file_not_a_prompt()
    case 'quote-open':
      return m.batch_file_quote_open()
    case 'too-long':
      return m.batch_file_too_long({ max: formatNumber(max) })
    case 'too-many':
      return m.batch_file_too_many({ max: formatNumber(max) })
    case 'bad-value': {
      const name = field === undefined ? '' : FIELD_NAMES[field]()
      if (field === 'seed') return `${name}: ${m.batch_seed_wrong()} (${found})`
      return m.batch_file_bad_value({ name, min: formatNumber(min), max: formatNumber(max), found })
    }
  }
}

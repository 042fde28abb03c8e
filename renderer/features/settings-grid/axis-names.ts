/** What axes are called, how their values are typed, and what is wrong with them. */
import { formatNumber } from '#renderer/text/numbers.ts'
import * as m from '#renderer/paraglide/messages.js'
import { MAX_COMPARED_IMAGES, type ComparisonProblem } from './plan-comparison.ts'
import type { AxisProblem, AxisSetting } from './axes.ts'

const NAMES: Record<AxisSetting, () => string> = {
  steps: m.shell_steps,
  guidance: m.shell_guidance,
  scheduler: m.shell_sampler,
  sigmas: m.axes_sigmas,
  seed: m.seed,
  size: m.shell_size,
  'prompt-part': m.axes_prompt_part,
  negative: m.batch_field_negative,
  model: m.shell_model,
}

/** Examples, in the notation that is understood. */
const EXAMPLES: Partial<Record<AxisSetting, string>> = {
  steps: '10-30 (+5)',
  guidance: '5, 7.5, 10',
  seed: '1842, 1850-1853',
  size: '512x512, 512x768',
}

export function axisName(setting: AxisSetting): string {
  return NAMES[setting]()
}

export function axisExample(setting: AxisSetting): string {
  if (setting === 'prompt-part') return m.axes_example_part()
  return setting === 'negative' ? m.axes_example_negative() : (EXAMPLES[setting] ?? '')
}

export function axisHint(setting: AxisSetting): string {
  if (setting === 'prompt-part') return m.axes_hint_part()
  if (setting === 'negative') return m.axes_hint_texts()
  return setting === 'steps' || setting === 'guidance' ? m.axes_hint_numbers() : ''
}

export function axisProblemText(setting: AxisSetting, { kind, found, min = 0, max = 0 }: AxisProblem): string {
  switch (kind) {
    case 'no-value':
      return m.axes_no_value({ example: axisExample(setting) })
    case 'bad-value':
      return m.axes_bad_value({ found, example: axisExample(setting) })
    case 'out-of-range':
      return m.axes_out_of_range({ found, min: formatNumber(min), max: formatNumber(max) })
    case 'too-many':
      return m.axes_too_many_values({ max: found })
    case 'not-in-prompt':
      return m.axes_not_in_prompt({ found })
  }
}

const PROBLEMS: Record<ComparisonProblem, () => string> = {
  'no-prompt': m.batch_hint_no_prompt,
  'several-prompts': m.axes_several_prompts,
  'bad-seed': m.batch_seed_wrong,
  'no-axis': m.axes_no_axis,
  'same-setting': m.axes_same_setting,
  'too-many': () => m.axes_too_many({ max: formatNumber(MAX_COMPARED_IMAGES) }),
}

export function comparisonProblemText(problem: ComparisonProblem): string {
  return PROBLEMS[problem]()
}

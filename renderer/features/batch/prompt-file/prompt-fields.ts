/** What files of prompts may say of a prompt, by the names that such files give it, and how it becomes a row. */
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import { MAX_PROMPT_LENGTH } from '#shared/contract/values.ts'
import { MAX_IMAGES_PER_PROMPT, type NewRow } from '#renderer/state/batch-draft.svelte.ts'
import { readSeed } from '../plan.ts'

const FIELDS = ['prompt', 'negative', 'seed', 'steps', 'guidance', 'width', 'height', 'count'] as const
export type PromptField = (typeof FIELDS)[number]

const NAMES: Readonly<Record<PromptField, readonly string[]>> = {
  prompt: ['prompt', 'text', 'caption', 'positive', 'positiveprompt'],
  negative: ['negative', 'negativeprompt'],
  seed: ['seed'],
  steps: ['steps', 'step', 'numinferencesteps', 'numsteps'],
  guidance: ['guidance', 'guidancescale', 'cfg', 'cfgscale'],
  width: ['width', 'widthpx', 'w'],
  height: ['height', 'heightpx', 'h'],
  count: ['count', 'images', 'imagesperprompt', 'numimages', 'n'],
}

/** "CFG scale", "cfg_scale" and "cfgScale" are one name. @returns undefined for what says nothing about a prompt */
export function fieldOf(name: string): PromptField | undefined {
  const plain = name.toLowerCase().replace(/[\s_-]/g, '')
  return FIELDS.find((field) => NAMES[field].includes(plain))
}

/** One line of a file that cannot be taken. */
export interface LineProblem {
  /** From 1. */
  readonly line: number
  readonly kind: 'prompt-missing' | 'not-json' | 'not-a-prompt' | 'quote-open' | 'bad-value' | 'too-long' | 'too-many'
  /** The field that is wrong, what it has to be from and to, and what was found. */
  readonly field?: PromptField
  readonly min?: number
  readonly max?: number
  readonly found?: string
}

type Found = Partial<Record<PromptField, string>>
export type LineResult = { readonly row: NewRow; readonly line: number } | { readonly problem: LineProblem }

/** What a file says, line by line. */
export interface Reading {
  readonly results: Iterable<LineResult>
  /** Columns or keys that say nothing about a prompt; complete when all results were taken. */
  readonly unused: ReadonlySet<string>
}

const { numInferenceSteps, guidanceScale, widthPx, heightPx } = GenerationSettingsSchema.shape
const NUMBERS = {
  steps: { name: 'numInferenceSteps', schema: numInferenceSteps.unwrap(), isWhole: true },
  guidance: { name: 'guidanceScale', schema: guidanceScale.unwrap(), isWhole: false },
  width: { name: 'widthPx', schema: widthPx.unwrap(), isWhole: true },
  height: { name: 'heightPx', schema: heightPx.unwrap(), isWhole: true },
} as const
/** Of what was found, as far as it is shown. */
const FOUND_LENGTH = 40

/** Empty values say nothing. A seed without a number of images stands for one image. */
export function toRow(found: Found, line: number): LineResult {
  const { prompt = '', negative = '', seed = '', count = '' } = found
  const wrong = (field: PromptField, value: string, range: { min?: number; max?: number } = {}): LineResult => ({
    problem: { line, kind: 'bad-value', field, found: value.slice(0, FOUND_LENGTH), ...range },
  })
  if (prompt.trim() === '') return { problem: { line, kind: 'prompt-missing' } }
  if (Math.max(prompt.length, negative.length) > MAX_PROMPT_LENGTH) {
    return { problem: { line, kind: 'too-long', max: MAX_PROMPT_LENGTH } }
  }
  if (seed.trim() !== '' && readSeed(seed) === undefined) return wrong('seed', seed)
  const images = count.trim() === '' ? undefined : numberOf(count)
  if (images !== undefined && !(Number.isInteger(images) && images >= 1 && images <= MAX_IMAGES_PER_PROMPT)) {
    return wrong('count', count, { min: 1, max: MAX_IMAGES_PER_PROMPT })
  }
  const settings: Record<string, number> = {}
  for (const field of ['steps', 'guidance', 'width', 'height'] as const) {
    const text = found[field]?.trim() ?? ''
    if (text === '') continue
    const { name, schema } = NUMBERS[field]
    const { data } = schema.safeParse(numberOf(text))
    if (data === undefined) return wrong(field, text, { min: schema.minValue ?? 0, max: schema.maxValue ?? Infinity })
    settings[name] = data
  }
  const row: NewRow = {
    prompt: prompt.trim(),
    ...(negative.trim() === '' ? {} : { negative: negative.trim() }),
    ...(seed.trim() === '' ? {} : { seed: seed.trim(), count: 1 }),
    ...(images === undefined ? {} : { count: images }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  }
  return { row, line }
}

/** As people write numbers; NaN for anything else ("0x10", "1e3" and "" among them). */
function numberOf(text: string): number {
  return /^\d{1,9}([.,]\d{1,9})?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : NaN
}

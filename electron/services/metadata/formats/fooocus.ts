/**
 * Fooocus' own scheme and that of its forks (Fooocus-MRE has plain names, in the comment of a file): JSON. Styles are in
 * the full prompt, which the image was made of.
 */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { parseJson } from '../parse-json.ts'
import { readSampler } from '../read-sampler.ts'
import { fileHashKind, Reading } from '../reading.ts'
import { recordOf, textOf } from '../values.ts'

const SEED_NOTE = 'how its noise was drawn is not said: the same seed may give another image here'
/** They say the same as others, or nothing about the image. */
const SILENT = [
  'version',
  'metadata_scheme',
  'prompt',
  'negative_prompt',
  'full_prompt',
  'full_negative_prompt',
  'real_prompt',
  'real_negative_prompt',
  'created_by',
]

/** @returns undefined if it is no JSON of Fooocus */
export function readFooocus(text: string): ReadSettings | undefined {
  const json = recordOf(parseJson(text))
  if (json === undefined) return undefined
  const isNamed = 'base_model' in json || 'base_model_name' in json || /^Fooocus/i.test(textOf(json.version ?? ''))
  if (!isNamed) return undefined
  const reading = new Reading('fooocus', json.version)
  const rest = new Map(Object.entries(json))
  for (const name of SILENT) rest.delete(name)
  /** The first of these names; the others say the same. */
  const take = (...names: string[]): unknown => {
    const found = names.find((name) => rest.has(name))
    const value = found === undefined ? undefined : rest.get(found)
    for (const name of names) rest.delete(name)
    return value
  }
  reading.prompt('prompt', whole(json.full_prompt ?? json.real_prompt) ?? json.prompt)
  reading.prompt(
    'negativePrompt',
    whole(json.full_negative_prompt ?? json.real_negative_prompt) ?? json.negative_prompt,
  )
  reading.seed(take('seed'), SEED_NOTE)
  reading.number('numInferenceSteps', take('steps'))
  reading.number('guidanceScale', take('guidance_scale', 'cfg', 'cfg_scale'))
  readResolution(reading, take('resolution'))
  reading.number('widthPx', take('width'))
  reading.number('heightPx', take('height'))
  readSampler(reading, take('sampler', 'sampler_name'), take('scheduler'))
  reading.model(take('base_model', 'base_model_name'))
  const hash = take('base_model_hash')
  reading.modelHash(hash, fileHashKind(hash))
  for (const [name, value] of rest) {
    if (value !== null && value !== '' && value !== 'None') reading.other(name, value)
  }
  return reading.done(text)
}

function whole(parts: unknown): string | undefined {
  if (typeof parts === 'string' && parts !== '') return parts
  if (!Array.isArray(parts) || parts.length === 0) return undefined
  return parts.map(textOf).join(', ')
}

/** "(1024, 768)", as Python prints it. */
function readResolution(reading: Reading, value: unknown): void {
  if (value === undefined) return
  const found = /^[([]?\s*(\d{1,6})\s*[,x×*]\s*(\d{1,6})\s*[)\]]?$/.exec(textOf(value))
  reading.number('widthPx', found?.[1] ?? textOf(value))
  reading.number('heightPx', found?.[2] ?? textOf(value))
}

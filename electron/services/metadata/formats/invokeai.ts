/** InvokeAI: `invokeai_metadata`, and what its versions before 3 wrote: `sd-metadata` and `Dream`. */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { parseJson } from '../parse-json.ts'
import { readSampler } from '../read-sampler.ts'
import { Reading } from '../reading.ts'
import { recordOf, shown, textOf } from '../values.ts'

const ON_GPU = 'its noise was drawn by a graphics card: the same seed gives another image here'
const STRENGTH_NOTE = 'how many steps it leaves out is rounded differently between programs'
const NEGATIVE_INSIDE = 'words in [brackets] are negative there and plain text here'
/** Fields that say where an image came from, and change nothing. */
const SILENT = ['app_version', 'generation_mode', 'rand_device', 'canvas_v2_metadata']

/** @returns undefined if it is no JSON of InvokeAI */
export function readInvoke(text: string): ReadSettings | undefined {
  const json = recordOf(parseJson(text))
  if (json === undefined) return undefined
  const reading = new Reading('invokeai', json.app_version)
  const rest = new Map(Object.entries(json))
  for (const name of SILENT) rest.delete(name)
  const take = (name: string): unknown => {
    const value = rest.get(name)
    rest.delete(name)
    return value
  }
  reading.prompt('prompt', take('positive_prompt'))
  reading.prompt('negativePrompt', take('negative_prompt'))
  reading.seed(take('seed'), json.rand_device === 'cpu' ? undefined : ON_GPU)
  reading.number('numInferenceSteps', take('steps'))
  reading.number('guidanceScale', take('cfg_scale'))
  reading.number('widthPx', take('width'))
  reading.number('heightPx', take('height'))
  readScheduler(reading, take('scheduler'))
  const strength = take('strength')
  if (typeof strength === 'number') reading.mapped('strength', strength, STRENGTH_NOTE)
  const model = recordOf(take('model'))
  reading.model(model?.name ?? model?.model_name)
  reading.modelHash(model?.hash, textOf(model?.hash).startsWith('blake3:') ? 'blake3' : 'unknown')
  for (const [name, value] of rest) if (!isNothing(value)) reading.other(name, value)
  return reading.done(text)
}

/** A `_k` at the end: Karras. */
function readScheduler(reading: Reading, value: unknown): void {
  if (typeof value !== 'string') return
  const isKarras = value.endsWith('_k')
  readSampler(reading, isKarras ? value.slice(0, -2) : value, isKarras ? 'karras' : 'default')
}

/** Versions 2: the settings are in `image`, the prompt is text or parts with weights. */
export function readInvokeSd(text: string): ReadSettings | undefined {
  const json = recordOf(parseJson(text))
  const image = recordOf(json?.image)
  if (json === undefined || image === undefined) return undefined
  const reading = new Reading('invokeai', json.app_version)
  const parts = Array.isArray(image.prompt) ? (image.prompt as unknown[]) : [image.prompt]
  readLegacyPrompt(
    reading,
    parts
      .map((part) => recordOf(part)?.prompt ?? part)
      .filter(Boolean)
      .map(textOf)
      .join(' '),
  )
  if (parts.length > 1) reading.other('prompt', image.prompt, 'its parts have weights, which are not used here')
  readLegacy(reading, image)
  reading.model(json.model_weights)
  reading.modelHash(json.model_hash, 'unknown')
  const { variations } = image
  if (Array.isArray(variations) && variations.length > 0)
    reading.other('variations', variations, 'seeds are not mixed here')
  for (const name of ['facetool_strength', 'upscale', 'postprocessing', 'threshold', 'perlin'] as const) {
    if (!isNothing(image[name])) reading.other(name, image[name])
  }
  return reading.done(text)
}

const DREAM_NAMES: Readonly<Partial<Record<string, string>>> = {
  s: 'steps',
  S: 'seed',
  W: 'width',
  H: 'height',
  C: 'cfg_scale',
  A: 'sampler',
  f: 'strength',
}

/** A command line: `"a prompt" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_euler`. */
export function readDream(text: string): ReadSettings | undefined {
  const found = /^\s*"((?:[^"\\]|\\.)*)"((?:\s.*)?)$/s.exec(text)
  if (found === null) return undefined
  const reading = new Reading('invokeai')
  readLegacyPrompt(reading, found[1].replace(/\\(.)/gs, '$1'))
  const options = new Map<string, string>()
  for (const [, name, value] of found[2].matchAll(/(?:^|\s)-([A-Za-z])\s*("[^"]*"|[^\s-]\S*)?/g)) {
    const known = DREAM_NAMES[name]
    if (known !== undefined) options.set(known, value)
    else reading.other(`-${name}`, value)
  }
  readLegacy(reading, Object.fromEntries(options))
  return reading.done(text)
}

function readLegacyPrompt(reading: Reading, text: string): void {
  if (/\[[^\]]*\]/.test(text)) reading.mapped('prompt', shown(text, 100_000), NEGATIVE_INSIDE)
  else reading.prompt('prompt', text)
}

/** Old versions drew noise on the device that they ran on, and do not say which. */
function readLegacy(reading: Reading, image: Readonly<Record<string, unknown>>): void {
  reading.seed(image.seed, ON_GPU)
  reading.number('numInferenceSteps', image.steps)
  reading.number('guidanceScale', image.cfg_scale)
  reading.number('widthPx', image.width)
  reading.number('heightPx', image.height)
  readSampler(reading, image.sampler, undefined)
  const strength = image.strength === undefined || image.strength === null ? NaN : Number(image.strength)
  // a text-to-image there may have one too, which means nothing
  if (Number.isFinite(strength) && image.type !== 'txt2img') reading.mapped('strength', strength, STRENGTH_NOTE)
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    value === 0 ||
    value === '' ||
    (Array.isArray(value) && !value.length)
  )
}

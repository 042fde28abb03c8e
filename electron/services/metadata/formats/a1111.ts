/** A1111's infotext and its dialects: Forge, SD.Next, stable-diffusion.cpp, Krita, Fooocus, and what the studio writes. */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { readSampler } from '../read-sampler.ts'
import { fileHashKind, Reading } from '../reading.ts'
import { schedulerOf, sigmasOf } from '../sampler-names.ts'
import { dialectOf } from './infotext-dialect.ts'
import { parseInfotext } from './infotext.ts'

const ONE_LINE_NOTE = 'prompt and settings stand on one line: where the prompt ends is a guess'
const TEMPLATE_NOTE = 'the prompt was made from it'
/** Names of pairs that change the image and have no field here. */
const NOTES: readonly (readonly [name: RegExp, note: string])[] = [
  [/^cl?ip[ -]skip$/i, 'all layers of the text encoder are used here'],
  [/^lora|^ti hashes$|^hypernet/i, 'the image was made with more than the model'],
  [/^hires|^second pass|^refiner/i, 'there is no second pass here'],
  [/^variation |^seed resize/i, 'seeds are not mixed here'],
  [/^vae/i, "the model's own VAE is used here"],
  [/template$|^(wildcard|raw|original|unprocessed) /i, TEMPLATE_NOTE],
  [/^face restoration|^adetailer|^controlnet|^tiling$|^token merging|^freeu/i, 'there is nothing like it here'],
]
const HIRES = ['Hires upscale', 'Hires resize', 'Hires upscaler']
const STRENGTH_NOTE = 'how many steps it leaves out is rounded differently between programs'

/** @returns undefined if it is no infotext */
export function readInfotext(text: string): ReadSettings | undefined {
  const parsed = parseInfotext(text)
  if (parsed === undefined) return undefined
  const { pairs } = parsed
  const dialect = dialectOf(pairs)
  const reading = new Reading(dialect.source, dialect.program)
  const take = (name: string): string | undefined => {
    const value = pairs.get(name)
    pairs.delete(name)
    return value
  }
  for (const name of ['Version', 'App', 'RNG']) take(name)

  const isPlain = dialect.source === 'reprise'
  // old versions of Krita's plugin name it
  const prompt = dialect.source === 'krita' ? parsed.prompt.replace(/^Prompt: /, '') : parsed.prompt
  const note = parsed.isGuessed ? ONE_LINE_NOTE : undefined
  reading.prompt('prompt', prompt, { isPlain, note })
  reading.prompt('negativePrompt', parsed.negativePrompt, { isPlain, note })
  const seedNote = pairs.has('Variation seed') ? 'it was mixed with another seed' : dialect.seedNote
  reading.seed(take('Seed'), seedNote)
  reading.number('numInferenceSteps', take('Steps'))
  reading.number('guidanceScale', take('CFG scale'))
  readSize(
    reading,
    take('Size'),
    HIRES.some((name) => pairs.has(name)),
  )
  readSamplerOf(reading, dialect.source, take('Sampler'), take('Schedule type') ?? take('Scheduler'))
  readStrength(
    reading,
    take('Denoising strength'),
    HIRES.some((name) => pairs.has(name)),
  )
  reading.model(take('Model'))
  const hash = take('Model hash')
  if (dialect.source !== 'reprise') reading.modelHash(hash, fileHashKind(hash))
  else if (hash !== undefined) reading.ownModelHash(hash, 'reprise-short')

  for (const [name, value] of pairs) {
    // one is all layers, as it is here
    if (/^cl?ip[ -]skip$/i.test(name) && Number(value) === 1) continue
    reading.other(name, value, NOTES.find(([pattern]) => pattern.test(name))?.[1])
  }
  return reading.done(text)
}

function readSize(reading: Reading, size: string | undefined, isEnlarged: boolean): void {
  if (size === undefined) return
  const found = /^(\d{1,6})\s*x\s*(\d{1,6})$/i.exec(size)
  const sides = [['widthPx', found?.[1]] as const, ['heightPx', found?.[2]] as const]
  for (const [name, value] of sides) {
    if (value === undefined) reading.notUnderstood(name, size, 'it is no size such as 512x512')
    else if (isEnlarged) reading.mapped(name, Number(value), 'the size before it was enlarged')
    else reading.exact(name, Number(value))
  }
}

function readStrength(reading: Reading, value: string | undefined, isHires: boolean): void {
  if (value === undefined) return
  const strength = Number(value)
  if (isHires) reading.notUnderstood('strength', value, 'it belongs to the second pass, which is not here')
  else if (!Number.isFinite(strength)) reading.number('strength', value)
  else if (reading.source === 'reprise') reading.exact('strength', strength)
  else reading.mapped('strength', strength, STRENGTH_NOTE)
}

/** Where the schedule stands depends on the program and its age. */
function readSamplerOf(reading: Reading, source: Reading['source'], sampler = '', schedule?: string): void {
  if (source === 'reprise') {
    const scheduler = schedulerOf(sampler)
    const sigmas = sigmasOf(schedule ?? '')
    if (scheduler === undefined || sigmas === undefined) readSampler(reading, sampler, schedule)
    else {
      reading.exact('scheduler', scheduler)
      reading.exact('sigmas', sigmas)
    }
    return
  }
  if (source === 'krita') {
    // "Euler - euler_a (20 / 7.5)": a name of its own, then ComfyUI's
    readSampler(reading, sampler.replace(/^.* - /, '').replace(/ \(.*\)$/, ''), schedule)
    return
  }
  const suffix = source === 'stable-diffusion.cpp' ? / (\S+)$/ : / (Karras|Exponential|Polyexponential)$/i
  const found = suffix.exec(sampler)
  const name = found === null ? sampler : sampler.slice(0, found.index)
  if (source === 'sdnext' && schedule?.endsWith('Scheduler') === true) {
    reading.other('Scheduler', schedule, 'a class of diffusers; the sampler tells the same')
    readSampler(reading, name, found?.[1])
    return
  }
  const isKarras = schedule?.toLowerCase() === 'automatic' && schedulerOf(name) === 'dpmpp_2m'
  // before 1.9 Karras was in the sampler's name, and without it levels were even
  const given = schedule ?? found?.[1] ?? (sampler === '' ? undefined : 'default')
  readSampler(reading, name, isKarras ? 'karras' : given)
}

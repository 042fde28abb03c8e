/**
 * The settings of an image as the text that A1111 writes into its PNGs under `parameters`, and that most
 * programs read back: prompt, negative prompt, then one line of `Key: value` pairs in A1111's order.
 *
 * Stricter readers are kept happy too: ComfyUI looks for a `Negative prompt:` line even when it is empty,
 * StabilityMatrix wants the last line to begin with `Steps:`. Exact settings are in the `reprise` chunk.
 */
import type { ImageSettings } from '#shared/generation.ts'
import type { SchedulerName, SigmaSchedule } from '#shared/names.ts'
import { VERSION } from '#shared/version.ts'

const SAMPLERS: Record<SchedulerName, string> = {
  ddim: 'DDIM',
  pndm: 'PLMS',
  euler: 'Euler',
  euler_a: 'Euler a',
  dpmpp_2m: 'DPM++ 2M',
}

const SCHEDULE_TYPES: Record<SigmaSchedule, string> = {
  default: 'Automatic',
  karras: 'Karras',
}

// A1111 shows the first ten digits of a model's hash
const SHORT_HASH = 10

export function infotext(settings: ImageSettings): string {
  const pairs: [key: string, value: string | number | bigint | undefined][] = [
    ['Steps', settings.numInferenceSteps],
    ['Sampler', SAMPLERS[settings.scheduler]],
    ['Schedule type', SCHEDULE_TYPES[settings.sigmas]],
    ['CFG scale', settings.guidanceScale],
    ['Seed', settings.seed],
    ['Size', `${settings.widthPx}x${settings.heightPx}`],
    ['Model hash', settings.modelHash.slice(0, SHORT_HASH)],
    ['Model', settings.modelName],
    ['Denoising strength', settings.strength],
    ['RNG', 'CPU'],
    ['Version', `Reprise ${VERSION}`],
  ]
  const line = pairs
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}: ${quotedIfNeeded(String(value))}`)
    .join(', ')
  return `${settings.prompt}\nNegative prompt: ${settings.negativePrompt}\n${line}`
}

/** Readers split the line at commas and colons; JSON quotes protect a value that has them. */
function quotedIfNeeded(value: string): string {
  return /[,:\n]/.test(value) ? JSON.stringify(value) : value
}

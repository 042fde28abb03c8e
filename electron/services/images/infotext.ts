/**
 * The settings of an image as the text that A1111 writes into its PNGs under `parameters`, and that most
 * programs read back: prompt, negative prompt, then one line of `Key: value` pairs in A1111's order.
 *
 * Stricter readers are kept happy too: ComfyUI looks for a `Negative prompt:` line even when it is empty,
 * StabilityMatrix wants the last line to begin with `Steps:` and splits at the first "Negative prompt: " wherever it
 * is, SwarmUI takes the line after the negative prompt's first for the settings, SD Prompt Reader and
 * stable-diffusion-image-metadata take the first line that begins with `Steps: ` for them. So prompts are written with
 * other blanks where they would be taken apart; models see no difference between blanks (CLIP's tokenizer cuts words from
 * colons in any case). Exact settings are in the `reprise` chunk.
 */
import type { ImageSettings } from '#shared/generation.ts'
import type { KnownSettings } from '#shared/history.ts'
import { VERSION } from '#shared/version.ts'
import { a1111Sampler, a1111ScheduleType } from '../metadata/sampler-names.ts'

// A1111 shows the first ten digits of a model's hash
const SHORT_HASH = 10

type Told = KnownSettings & Pick<ImageSettings, 'widthPx' | 'heightPx'>

/**
 * @param settings what is not known is left out
 * @param isOurs   Reprise drew the noise; otherwise nobody shall read that out of it
 */
export function infotext(settings: Told, isOurs = true): string {
  const { prompt = '', negativePrompt = '', scheduler, sigmas } = settings
  const pairs: [key: string, value: string | number | bigint | undefined][] = [
    ['Steps', settings.numInferenceSteps],
    ['Sampler', scheduler && a1111Sampler(scheduler)],
    ['Schedule type', scheduler && sigmas && a1111ScheduleType(scheduler, sigmas)],
    ['CFG scale', settings.guidanceScale],
    ['Seed', settings.seed],
    ['Size', `${settings.widthPx}x${settings.heightPx}`],
    ['Model hash', settings.modelHash?.slice(0, SHORT_HASH)],
    ['Model', settings.modelName],
    ['Denoising strength', settings.strength],
    ['RNG', isOurs ? 'CPU' : undefined],
    ['Version', isOurs ? `Reprise ${VERSION}` : undefined],
  ]
  const line = pairs
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}: ${quotedIfNeeded(String(value))}`)
    .join(', ')
  const negativeLine = withoutMarks(negativePrompt).replace(LINE_ENDS, ' ')
  return `${withoutMarks(prompt)}\nNegative prompt: ${negativeLine}\n${line}`
}

/** More than Python's splitlines() takes for the end of a line. */
const LINE_ENDS = /[\p{Cc}\u2028\u2029]+/gu

/** One blank more inside, so that no reader takes words of the prompt for the marks that it looks for. */
function withoutMarks(prompt: string): string {
  return prompt
    .replaceAll('\r\n', '\n')
    .replace(/negative prompt(?=:)/gi, (mark) => mark.replace(' ', '  '))
    .replace(/\bsteps(?=:)/gi, '$& ')
}

/** Readers split the line at commas and colons, and unquote; JSON quotes protect a value that has any of them. */
function quotedIfNeeded(value: string): string {
  return /[,:"\r\n]/.test(value) ? JSON.stringify(value) : value
}

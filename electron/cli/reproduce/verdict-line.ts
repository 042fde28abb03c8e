/** What came of making an image again, for people and for programs. */
import type { VerdictView } from '#shared/contract/reproduce.ts'
import { counted } from '../format.ts'
import { isoTimes } from '../iso-times.ts'

type Verdict = Omit<VerdictView, 'hasDifferenceImage'>

export function verdictText({ outcome, differingPixels, maxDifference, meanDifference, message }: Verdict): string {
  if (outcome === 'bit-exact') return `bit-exact, same pixels${message === null ? '' : ` (${message})`}`
  if (outcome === 'failed') return `failed: ${message ?? 'no reason is known'}`
  const parts = ['different']
  if (differingPixels !== null) parts.push(`${counted(differingPixels, 'pixel')} differ`)
  if (maxDifference !== null) parts.push(`by up to ${maxDifference} of 255`)
  if (meanDifference !== null) parts.push(`${Number(meanDifference.toPrecision(3))} on average`)
  return `${parts.join(', ')}${message === null ? '' : `; ${message}`}`
}

export function verdictJson(verdict: Verdict): object {
  const { id, imageId, outcome, pixelHash, differingPixels, maxDifference, meanDifference, message } = verdict
  const { createdAtMs, durationMs } = verdict
  return {
    imageId,
    outcome,
    pixelHash,
    differingPixels,
    maxDifference,
    meanDifference,
    message,
    verdictId: id,
    ...isoTimes({ createdAtMs }),
    durationMs,
  }
}

/** What came of making an image again, for people and for programs. */
import type { FileState, VerdictView } from '#shared/contract/reproduce.ts'
import { verdictGrade, type VerdictGrade } from '#shared/verdict-grade.ts'
import { counted } from '../format.ts'
import { isoTimes } from '../iso-times.ts'

type Verdict = Omit<VerdictView, 'hasDifferenceImage' | 'grade'>

const GRADES: Record<VerdictGrade, string> = {
  'bit-exact': 'bit-exact, same pixels',
  'same-to-the-eye': 'same to the eye',
  close: 'close',
  different: 'different',
  'not-measured': 'different, by how much was not measured',
  failed: 'failed',
}

export function verdictText(verdict: Verdict): string {
  const { outcome, differingPixels, maxDifference, meanDifference, psnrDb, message } = verdict
  if (outcome === 'failed') return `failed: ${message ?? 'no reason is known'}`
  const parts = [GRADES[verdictGrade(verdict)]]
  if (differingPixels !== null) parts.push(`${counted(differingPixels, 'pixel')} differ`)
  if (maxDifference !== null) parts.push(`by up to ${maxDifference} of 255`)
  if (meanDifference !== null) parts.push(`${Number(meanDifference.toPrecision(3))} on average`)
  if (psnrDb !== null) parts.push(`${psnrDb.toFixed(1)} dB`)
  if (outcome === 'bit-exact') return `${parts.join(', ')}${message === null ? '' : ` (${message})`}`
  return `${parts.join(', ')}${message === null ? '' : `; ${message}`}`
}

const FILE_FACTS: Record<FileState, string> = {
  'as-made': 'the pixels that were recorded',
  restored: 'the pixels that were recorded (written again now)',
  missing: 'there is no file',
  blocked: 'there is no file; something else has its name',
  changed: 'other pixels than were recorded: it was changed',
  unreadable: 'no image that can be read: it is damaged or was replaced',
}

/** What was recorded, what is in the file, and what was made, each on a line of its own. */
export function factLines({ fileState, pixelHash, outcome }: Verdict, recordedHash: string): string[] {
  return [
    `  recorded:   ${recordedHash}`,
    `  file:       ${fileState === null ? 'was not looked at' : FILE_FACTS[fileState]}`,
    `  made again: ${pixelHash ?? 'nothing'}${outcome === 'bit-exact' ? ' (the same)' : ''}`,
  ]
}

export function verdictJson(verdict: Verdict): object {
  const { id, imageId, outcome, pixelHash, fileState, differingPixels, maxDifference, meanDifference, psnrDb } = verdict
  const { createdAtMs, durationMs, message } = verdict
  return {
    imageId,
    outcome,
    grade: verdictGrade(verdict),
    pixelHash,
    fileState,
    differingPixels,
    maxDifference,
    meanDifference,
    psnrDb,
    message,
    verdictId: id,
    ...isoTimes({ createdAtMs }),
    durationMs,
  }
}

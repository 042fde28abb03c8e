/** The words for a verdict's facts. */
import type { FileState, VerdictView } from '#shared/contract/reproduce.ts'
import * as m from '#renderer/paraglide/messages.js'

const GRADES: Record<VerdictView['grade'], () => string> = {
  'bit-exact': m.reproduce_bit_exact,
  'same-to-the-eye': m.reproduce_grade_eye,
  close: m.reproduce_grade_close,
  different: m.reproduce_grade_different,
  'not-measured': m.reproduce_grade_unmeasured,
  failed: m.reproduce_failed,
}

const FILES: Record<FileState, () => string> = {
  'as-made': m.reproduce_file_as_made,
  restored: m.reproduce_file_restored,
  missing: m.reproduce_file_missing,
  changed: m.reproduce_file_changed,
  unreadable: m.reproduce_file_unreadable,
  blocked: m.reproduce_file_blocked,
}

export const gradeText = ({ grade }: Pick<VerdictView, 'grade'>): string => GRADES[grade]()

export const fileText = (state: FileState | null): string =>
  state === null ? m.reproduce_file_unknown() : FILES[state]()

/** Whether the file has the recorded pixels, as far as is known. */
export const isFileRight = (state: FileState | null): boolean =>
  state === null || state === 'as-made' || state === 'restored'

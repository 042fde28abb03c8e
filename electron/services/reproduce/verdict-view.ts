/** A verdict as everybody outside sees it: its difference picture is asked for by the verdict's id. */
import type { VerdictView } from '#shared/contract/reproduce.ts'
import { verdictGrade } from '#shared/verdict-grade.ts'
import type { VerdictRecord } from '../../db/verdicts-reader.ts'

export function verdictView({ differenceFileName, ...verdict }: VerdictRecord): VerdictView {
  return { ...verdict, grade: verdictGrade(verdict), hasDifferenceImage: differenceFileName !== null }
}

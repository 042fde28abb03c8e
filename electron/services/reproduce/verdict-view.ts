/** A verdict as everybody outside sees it: its difference picture is asked for by the verdict's id. */
import type { VerdictView } from '#shared/contract/reproduce.ts'
import type { VerdictRecord } from '../../db/verdicts-reader.ts'

export function verdictView({ differenceFileName, ...verdict }: VerdictRecord): VerdictView {
  return { ...verdict, hasDifferenceImage: differenceFileName !== null }
}

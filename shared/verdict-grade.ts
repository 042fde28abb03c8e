/**
 * How near an image that was made again is to the first. Reprise promises bit-exact on the same kind of processor; the
 * other grades say what another one, or another version, came to.
 */
export const VERDICT_GRADES = ['bit-exact', 'same-to-the-eye', 'close', 'different', 'not-measured', 'failed'] as const
export type VerdictGrade = (typeof VERDICT_GRADES)[number]

/** Both must hold: a largest difference of 2 of 255 in a channel, and 50 dB. */
const EYE_MAX_DIFFERENCE = 2
const EYE_PSNR_DB = 50
const CLOSE_PSNR_DB = 35

interface Measured {
  readonly outcome: 'bit-exact' | 'different' | 'failed'
  readonly maxDifference: number | null
  readonly psnrDb: number | null
}

export function verdictGrade({ outcome, maxDifference, psnrDb }: Measured): VerdictGrade {
  if (outcome !== 'different') return outcome
  if (maxDifference === null) return 'not-measured'
  // verdicts from before it was kept have no ratio
  if (psnrDb === null) return 'different'
  if (maxDifference <= EYE_MAX_DIFFERENCE && psnrDb >= EYE_PSNR_DB) return 'same-to-the-eye'
  return psnrDb >= CLOSE_PSNR_DB ? 'close' : 'different'
}

/** How wheel, arrows and typing change a number: Shift is coarse, Alt is fine. */

export interface NumberRange {
  min: number
  max: number
  step: number
}

const COARSE = 10
const FINE = 0.1

/** Coarse is ten steps, yet no more than a fifth of the range. Whole numbers have no tenths: fine is a step then. */
export function stepOf({ min, max, step }: NumberRange, keys: { shiftKey: boolean; altKey: boolean }): number {
  if (keys.shiftKey) return step * Math.min(COARSE, Math.max(1, Math.round((max - min) / 5 / step)))
  return keys.altKey && !Number.isInteger(step) ? step * FINE : step
}

/** Into the range, and free of the dust of binary fractions. */
export function fit(value: number, { min, max, step }: NumberRange): number {
  const digits = Number.isInteger(step) ? 0 : 4
  return Number(Math.min(max, Math.max(min, value)).toFixed(digits))
}

/** The next multiple of the step in a direction: 17 goes up to 24 in steps of 8. */
export function stepped(value: number, by: number, range: NumberRange): number {
  const ratio = value / Math.abs(by)
  const isOnStep = Math.abs(ratio - Math.round(ratio)) < 1e-6
  const next = isOnStep ? value + by : (by > 0 ? Math.ceil(ratio) : Math.floor(ratio)) * Math.abs(by)
  return fit(next, range)
}

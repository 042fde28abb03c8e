/** Lengths of time for people. */
import { getLocale } from '#renderer/paraglide/runtime.js'

const MINUTE_S = 60
const HOUR_S = 3_600
const DAY_S = 86_400
/** Up to here halves say something. */
const FEW = 10

/** As it was measured: "41 s", "2:07", "1:04:09". */
export function formatDuration(ms: number): string {
  const totalS = Math.max(0, Math.round(ms / 1000))
  if (totalS < MINUTE_S) {
    return `${totalS}\u00a0s`
  }
  const [hours, minutes, seconds] = [Math.floor(totalS / HOUR_S), Math.floor(totalS / 60) % 60, totalS % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

/** As it is guessed, no more exact than a guess is: "41 s", "12 min", "1.5 hours", "40 hours", "3 days". */
export function formatAbout(ms: number): string {
  const totalS = Math.max(0, ms / 1000)
  if (totalS < MINUTE_S - 0.5) return formatDuration(ms)
  if (totalS < HOUR_S - 30) return inUnit(Math.round(totalS / MINUTE_S), 'minute', 'short')
  if (totalS < 2 * DAY_S) return inUnit(halves(totalS / HOUR_S), 'hour', 'long')
  return inUnit(halves(totalS / DAY_S), 'day', 'long')
}

function inUnit(value: number, unit: string, unitDisplay: 'short' | 'long'): string {
  return new Intl.NumberFormat(getLocale(), { style: 'unit', unit, unitDisplay }).format(value)
}

function halves(value: number): number {
  return value < FEW ? Math.round(value * 2) / 2 : Math.round(value)
}

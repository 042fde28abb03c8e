/** Lengths of time for people: "41 s", "2:07", "1:04:09". */

export function formatDuration(ms: number): string {
  const totalS = Math.max(0, Math.round(ms / 1000))
  if (totalS < 60) {
    return `${totalS}\u00a0s`
  }
  const [hours, minutes, seconds] = [Math.floor(totalS / 3600), Math.floor(totalS / 60) % 60, totalS % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

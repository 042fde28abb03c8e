/** Times and sizes as people read them. */

/** On the clock of this machine: `2026-11-21 10:15`. */
export function localTime(timeMs: number): string {
  const time = new Date(timeMs)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const day = [time.getFullYear(), pad(time.getMonth() + 1), pad(time.getDate())].join('-')
  return `${day} ${pad(time.getHours())}:${pad(time.getMinutes())}`
}

/** `1:05` is a minute and five seconds, `1:00:05` an hour and five. */
export function duration(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

export function fileSize(sizeBytes: number): string {
  if (sizeBytes >= 1e9) return `${(sizeBytes / 1e9).toFixed(2)} GB`
  return sizeBytes >= 1e6 ? `${(sizeBytes / 1e6).toFixed(1)} MB` : `${(sizeBytes / 1e3).toFixed(1)} kB`
}

/** `1 image`, `3 images`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** What the doctor says about one thing, and how it is written. */
import type { Finding } from '#shared/contract/studio.ts'

export const good = (name: string, message: string): Finding => ({ name, state: 'good', message })
/** Works, but somebody should know. */
export const warning = (name: string, message: string): Finding => ({ name, state: 'warning', message })
/** Something does not work. */
export const bad = (name: string, message: string): Finding => ({ name, state: 'bad', message })

/** With three digits: "1.23 GB". Powers of 1000, as disks are sold. */
export function shownBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`
}

/** "3 images", "1 image". */
export function counted(count: number, what: string, many = `${what}s`): string {
  return `${count} ${count === 1 ? what : many}`
}

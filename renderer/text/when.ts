/** A moment for people: the time of day, with the day if it is another. */
import { getLocale } from '#renderer/paraglide/runtime.js'

export function formatWhen(ms: number, now = new Date()): string {
  const when = new Date(ms)
  const isToday = when.toDateString() === now.toDateString()
  return new Intl.DateTimeFormat(getLocale(), {
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(when)
}

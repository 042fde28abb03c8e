/** Days for people: today and yesterday by name, others as dates in the person's language. */
import { getLocale } from '#renderer/paraglide/runtime.js'

const DAY_MS = 86_400_000

export function dayTitle(day: string, now = new Date()): string {
  // the day is one of the person's clock: no time zone shall move it
  const date = new Date(`${day}T00:00:00Z`)
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())
  const daysAgo = Math.round((today - date.getTime()) / DAY_MS)
  const locale = getLocale()
  if (daysAgo === 0 || daysAgo === 1) {
    const text = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-daysAgo, 'day')
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
  }
  const isThisYear = date.getUTCFullYear() === now.getFullYear()
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(date)
}

export function monthTitle(day: string): string {
  return new Intl.DateTimeFormat(getLocale(), { month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}

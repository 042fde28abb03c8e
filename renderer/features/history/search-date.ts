/** Dates of a search by the person's clock: a day, a month, a year, `today`, `yesterday`, or so many days ago (`7d`). */
export interface DateSpan {
  readonly fromMs: number
  /** The last millisecond of it. */
  readonly toMs: number
}

const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/
const DAYS_AGO = /^(\d{1,4})d$/

export function parseDate(value: string, now: Date): DateSpan | undefined {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()]
  if (value === 'today') return span(new Date(year, month, day), new Date(year, month, day + 1))
  if (value === 'yesterday') return span(new Date(year, month, day - 1), new Date(year, month, day))
  const ago = DAYS_AGO.exec(value)
  if (ago !== null) {
    return span(new Date(year, month, day - Number(ago[1])), new Date(year, month, day - Number(ago[1]) + 1))
  }
  const match = DATE.exec(value)
  return match === null ? undefined : calendarSpan(Number(match[1]), optional(match[2]), optional(match[3]))
}

function calendarSpan(year: number, month: number | undefined, day: number | undefined): DateSpan | undefined {
  if (month === undefined) return span(new Date(year, 0, 1), new Date(year + 1, 0, 1))
  if (month < 1 || month > 12) return undefined
  if (day === undefined) return span(new Date(year, month - 1, 1), new Date(year, month, 1))
  const from = new Date(year, month - 1, day)
  // 31 April would be 1 May
  return from.getDate() === day ? span(from, new Date(year, month - 1, day + 1)) : undefined
}

function optional(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function span(from: Date, until: Date): DateSpan | undefined {
  return from.getTime() < 0 ? undefined : { fromMs: from.getTime(), toMs: until.getTime() - 1 }
}

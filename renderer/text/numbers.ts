/** Numbers as the person's language writes them. */
import { getLocale } from '#renderer/paraglide/runtime.js'

export function formatNumber(value: number, maximumFractionDigits = 2): string {
  return new Intl.NumberFormat(getLocale(), { maximumFractionDigits }).format(value)
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Powers of 1000, as disks are sold. */
export function formatBytes(bytes: number): string {
  // as it will be rounded: what is nearly a thousand kilobytes is a megabyte
  const rounded = Number(bytes.toPrecision(3))
  const power = rounded < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(rounded) / 3))
  return new Intl.NumberFormat(getLocale(), {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power)
}

/** Of what there are millions: "860M", as the language shortens it. */
export function formatCount(value: number): string {
  return new Intl.NumberFormat(getLocale(), { notation: 'compact', maximumSignificantDigits: 3 }).format(value)
}

/** Colours of the tokens have the contrast that WCAG 2.2 AA asks for, in both themes: text 4.5 : 1, controls 3 : 1. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
type Theme = 'light' | 'dark'
const COLOUR = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`

/** @returns relative luminance, 0 to 1 */
function luminance(name: string, theme: Theme): number {
  const value = new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1] ?? ''
  const both = new RegExp(`^light-dark\\((oklch\\([^)]+\\)), (oklch\\([^)]+\\))\\)$`).exec(value)
  const colour = both === null ? value : both[theme === 'light' ? 1 : 2]
  const parts = new RegExp(`^${COLOUR}$`).exec(colour)
  if (parts === null) throw new Error(`--${name} is no colour: ${value}`)
  const [lightness, chroma, hue] = parts.slice(1).map(Number)
  return luminanceOfOklch(lightness, chroma, (hue * Math.PI) / 180)
}

/** Ottosson's OKLab to linear sRGB, clipped to what a screen shows; then WCAG's relative luminance. */
function luminanceOfOklch(lightness: number, chroma: number, hue: number): number {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (value: number): number => Math.min(1, Math.max(0, value))
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string, theme: Theme): number {
  const [darker, lighter] = [luminance(one, theme), luminance(other, theme)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const GROUNDS = ['bg', 'bg-raised', 'bg-sunken']
const TEXTS: [text: string, ground: string][] = [
  ...['text', 'text-dim', 'accent-ink', 'good', 'bad'].flatMap((text) =>
    GROUNDS.map((ground): [string, string] => [text, ground]),
  ),
  ...['text', 'text-dim'].flatMap((text) =>
    ['bg-hover', 'accent-wash', 'bad-wash'].map((ground): [string, string] => [text, ground]),
  ),
  ['text', 'bg-active'],
  ['accent-ink', 'bg-active'],
  ['accent-text', 'accent'],
  ['accent-text', 'accent-hover'],
  ['bad', 'bad-wash'],
]
const CONTROLS: [control: string, ground: string][] = [
  ...['line-control', 'focus'].flatMap((control) => GROUNDS.map((ground): [string, string] => [control, ground])),
  // bars and marks of what is chosen
  ...['bg', 'bg-raised'].map((ground): [string, string] => ['accent', ground]),
]

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(TEXTS)('%s on %s can be read', (text, ground) => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(CONTROLS)('%s on %s can be seen', (control, ground) => {
    expect(contrast(control, ground, theme)).toBeGreaterThanOrEqual(3)
  })
})

test('black on white is 21 : 1', () => {
  expect(1.05 / (luminanceOfOklch(0, 0, 0) + 0.05)).toBeCloseTo(21)
  expect(luminanceOfOklch(1, 0, 0)).toBeCloseTo(1, 3)
})

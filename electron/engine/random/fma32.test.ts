import { describe, expect, it } from 'vitest'
import { fma32 } from './fma32.ts'

const ULP = 2 ** -23

describe('fma32', () => {
  it('keeps the part of the product that float32 drops', () => {
    const a = 1 + ULP
    expect(fma32(a, a, -Math.fround(a * a))).toBe(ULP * ULP)
  })

  it('rounds true ties to even', () => {
    expect(fma32(ULP, 0.5, 1)).toBe(1)
    expect(fma32(ULP, 0.5, 1 + ULP)).toBe(1 + 2 * ULP)
  })

  // a product of half an ulp ∓ 2^−70: the double sum with 1 is the tie itself, the true sum is beside it
  const below = [(2 ** 23 - 1) * 2 ** -23, (2 ** 23 + 1) * 2 ** -47] as const
  const above = [8384513 * 2 ** -23, 8392705 * 2 ** -47] as const // 2^46 + 1 = 8384513 · 8392705

  it.each([
    ['just below the tie', below, 1, 1],
    ['just below the tie, where even is up', below, 1 + ULP, 1 + ULP],
    ['just above the tie, where even is down', above, 1, 1 + ULP],
    ['just above the tie', above, 1 + ULP, 1 + 2 * ULP],
  ])('rounds once: %s', (_name, [a, b], c, expected) => {
    expect(fma32(a, b, c)).toBe(expected)
    expect(fma32(-a, b, -c)).toBe(-expected)
  })
})

import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS, numberLimits } from './number-limits.ts'

test('limits are those of the schema, with or without null', () => {
  expect(numberLimits('imagesAtOnce')).toEqual({ min: 1, max: 64, isWhole: true })
  expect(numberLimits('threads')).toEqual({ min: 1, max: 1024, isWhole: true })
  expect(numberLimits('engineIdleMinutes')).toEqual({ min: 0, max: 10_080, isWhole: false })
  expect(numberLimits('maxMemoryBytes')).toMatchObject({ min: 1, isWhole: true })
})

test('defaults are those of the schema', () => {
  expect(DEFAULT_SETTINGS).toMatchObject({ imagesAtOnce: 4, threads: null, previews: true })
})

import { expect, test } from 'vitest'
import { kindOfFlags, processorKind } from './processor.ts'

test.each([
  ['fpu sse2 avx fma avx2 avx512f avx512dq', 'avx512'],
  ['fpu sse2 avx fma avx2', 'avx2'],
  ['FPU SSE2 AVX1.0 FMA\nAVX2 BMI1\n', 'avx2'],
  ['fpu sse2 avx avx2', 'avx'],
  ['fpu sse2 ssse3', 'sse'],
  ['', undefined],
  [undefined, undefined],
])('%s is %s', (flags, kind) => {
  expect(kindOfFlags(flags)).toBe(kind)
})

test.runIf(process.platform === 'linux')('this processor is known', () => {
  expect(processorKind()).toBeDefined()
})

import { expect, test } from 'vitest'
import type { WireError } from '#shared/errors.ts'
import { failureCauses, isOfModel } from './failure-causes.ts'

const error = (code: WireError['code'], message: string): WireError => ({ code, message, data: {}, retryable: false })

test('each cause once, the most frequent first; items without one are left out', () => {
  const memory = error('out-of-memory', 'too large')
  const gone = error('image-file-missing', 'a.png is gone')
  const items = [gone, memory, null, memory].map((cause) => ({ error: cause }))
  expect(failureCauses(items)).toEqual([
    { error: memory, count: 2 },
    { error: gone, count: 1 },
  ])
})

test('the same code with another message is another cause', () => {
  const items = ['a.png is gone', 'b.png is gone'].map((message) => ({ error: error('image-file-missing', message) }))
  expect(failureCauses(items)).toHaveLength(2)
})

test('what only another model, or a mended one, would help', () => {
  expect(isOfModel(error('model-not-found', ''))).toBe(true)
  expect(isOfModel(error('weights-invalid', ''))).toBe(true)
  expect(isOfModel(error('out-of-memory', ''))).toBe(false)
})

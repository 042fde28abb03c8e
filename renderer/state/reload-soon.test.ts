import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reloadSoon } from './reload-soon.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('at once, then once for all that asked meanwhile, and never before the last has ended', async () => {
  const ends: (() => void)[] = []
  const ask = reloadSoon(() => new Promise<void>((resolve) => ends.push(resolve)), 100)
  ask()
  expect(ends).toHaveLength(1)
  for (let i = 0; i < 5; i++) ask()
  await vi.advanceTimersByTimeAsync(500)
  expect(ends).toHaveLength(1)
  ends[0]()
  await vi.advanceTimersByTimeAsync(0)
  expect(ends).toHaveLength(2)
  ends[1]()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(ends).toHaveLength(2)
  ask()
  expect(ends).toHaveLength(3)
})

test('goes on after one that failed', async () => {
  const run = vi.fn(() => Promise.reject(new Error('no')))
  const ask = reloadSoon(run, 100)
  ask()
  ask()
  await vi.advanceTimersByTimeAsync(100)
  expect(run).toHaveBeenCalledTimes(2)
})

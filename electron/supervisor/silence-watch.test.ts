import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SilenceWatch, type SilenceWatchOptions } from './silence-watch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function start(options: Partial<SilenceWatchOptions> = {}): {
  watch: SilenceWatch
  calls: string[]
  pass: (ms: number) => void
  sleep: (ms: number) => void
} {
  const calls: string[] = []
  let asleepMs = 0
  let now = 0
  const watch = new SilenceWatch({
    lookEveryMs: 5_000,
    limitMs: () => 30_000,
    onSilent: (silentMs) => calls.push(`silent ${silentMs}`),
    onGap: () => calls.push('gap'),
    now: () => now + asleepMs,
    ...options,
  })
  return {
    watch,
    calls,
    /** Time in which this process runs. */
    pass: (ms) => {
      for (let end = now + ms; now < end; now += 1_000) vi.advanceTimersByTime(1_000)
    },
    /** Time in which it does not. */
    sleep: (ms) => {
      asleepMs += ms
    },
  }
}

test('silence is told once, when it is too long', () => {
  const { calls, pass } = start()
  pass(30_000)
  expect(calls).toEqual([])
  pass(60_000)
  expect(calls).toHaveLength(1)
  expect(calls[0]).toMatch(/^silent 3\d{4}$/)
})

test('a sign of life begins the count anew', () => {
  const { watch, calls, pass } = start()
  for (let i = 0; i < 10; i++) {
    pass(25_000)
    watch.heard()
  }
  expect(calls).toEqual([])
})

test('the limit is that of the moment', () => {
  let limitMs = 100_000
  const { calls, pass } = start({ limitMs: () => limitMs })
  pass(90_000)
  expect(calls).toEqual([])
  limitMs = 50_000
  pass(10_000)
  expect(calls).toHaveLength(1)
})

test('a night in which the machine slept is no silence', () => {
  const { calls, pass, sleep } = start()
  pass(20_000)
  sleep(8 * 3_600_000)
  pass(30_000)
  expect(calls).toEqual(['gap'])
  pass(10_000)
  expect(calls).toHaveLength(2)
})

test('a watch that was stopped says nothing', () => {
  const { watch, calls, pass } = start()
  watch.stop()
  pass(90_000)
  expect(calls).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

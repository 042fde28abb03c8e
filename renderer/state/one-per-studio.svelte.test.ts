// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { onePerStudio } from './one-per-studio.svelte.ts'
import type { StudioState } from './studio-state.svelte.ts'

class Counter {
  count = $state(1)
  readonly double = $derived(2 * this.count)
}

test('there is one for each studio, and it is not stale after whoever asked first is gone', () => {
  const counterOf = onePerStudio(() => new Counter())
  const [one, other] = [{}, {}] as unknown as StudioState[]
  const end = $effect.root(() => {
    expect(counterOf(one).double).toBe(2)
  })
  end()
  counterOf(one).count = 5
  expect(counterOf(one).double).toBe(10)
  expect(counterOf(other).double).toBe(2)
})

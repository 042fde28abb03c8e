import { expect, test, vi } from 'vitest'
import type { ImageDetail } from '#shared/contract/history.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { MenuAction } from '#renderer/ui/Menu/menu-entry.ts'
import { reuseEntries } from './image-entries.ts'

// in a browser there is none
vi.mock('#renderer/api/desktop.svelte.ts', () => ({ desktop: undefined }))

function menuOf(
  image: Partial<ImageDetail>,
  isLoaded = true,
): { choose: (label: string) => Promise<void>; told: () => unknown[] } {
  const copy = vi.fn()
  const info = vi.fn()
  let done: Promise<unknown> = Promise.resolve()
  const studio = {
    actions: { copy },
    images: { get: () => (isLoaded ? image : undefined), load: () => Promise.resolve(image) },
    shortcuts: { hint: () => undefined },
    toasts: { info, attempt: (run: () => Promise<unknown>) => (done = run()) },
  } as unknown as StudioState
  return {
    choose: async (label) => {
      const entry = reuseEntries(studio, [1, 2]).find((one) => (one as MenuAction).label === label)
      ;(entry as MenuAction).run()
      await done
    },
    told: () => [...copy.mock.calls, ...info.mock.calls],
  }
}

test('prompt and seed are copied, and that is said', async () => {
  const { choose, told } = menuOf({ prompt: 'a red boat', seed: 12_345_678_901_234_567_890n })
  await choose('Copy the prompt')
  await choose('Copy the seed')
  expect(told()).toEqual([
    ['a red boat', 'The prompt is copied'],
    ['12345678901234567890', 'Seed 12345678901234567890 copied'],
  ])
})

test('an image that nobody looked at yet is asked for', async () => {
  const { choose, told } = menuOf({ seed: 7n }, false)
  await choose('Copy the seed')
  expect(told()).toEqual([['7', 'Seed 7 copied']])
})

test('what an image of another program does not tell is said to be unknown', async () => {
  const { choose, told } = menuOf({})
  for (const label of ['Copy the prompt', 'Copy the seed', 'Lock this seed for all prompts']) await choose(label)
  expect(told()).toEqual([['Not known'], ['Not known'], ['Not known']])
})

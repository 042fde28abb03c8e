import { afterEach, expect, test, vi } from 'vitest'
import { EventBus } from './event-bus.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('a listener that fails keeps nothing from the others, nor from whoever emits', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const bus = new EventBus()
  const heard: string[] = []
  bus.listen(() => {
    throw new Error('broken')
  })
  bus.listen(({ name }) => heard.push(name))
  bus.emit('job.removed', { id: 1 })
  bus.emit('data.changed', {})
  expect(heard).toEqual(['job.removed', 'data.changed'])
  expect(warn).toHaveBeenCalledWith('a listener failed at the event job.removed: Error: broken')
})

test('what a listener emits in answer is heard after it, by everybody', () => {
  const bus = new EventBus()
  const heard: (number | undefined)[] = []
  bus.listen(({ name }) => {
    if (name === 'job.removed') bus.emit('data.changed', {})
  })
  bus.listen(({ number }) => heard.push(number))
  bus.emit('job.removed', { id: 1 })
  expect(heard).toEqual([1, 2])
})

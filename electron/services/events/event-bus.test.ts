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

test('what is kept is limited by what it tells of, not only by its number', () => {
  const bus = new EventBus({ keptEvents: 10 })
  for (let count = 0; count < 19; count++) bus.emit('data.changed', {})
  expect(bus.since(0)).toHaveLength(19)
  bus.emit('data.changed', {})
  expect([bus.since(9), bus.since(10)?.length]).toEqual([undefined, 10])
  bus.emit('images.changed', { ids: [1, 2, 3, 4, 5, 6, 7, 8, 9] })
  expect(bus.since(10)).toHaveLength(11)
  bus.emit('data.changed', {})
  expect([bus.since(19), bus.since(20)?.map(({ number }) => number)]).toEqual([undefined, [21, 22]])
})

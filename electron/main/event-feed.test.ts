import type { WebContents } from 'electron'
import { expect, test } from 'vitest'
import type { DesktopMessage } from '#shared/contract/desktop.ts'
import { EventBus } from '../services/events/event-bus.ts'
import { EventFeed } from './event-feed.ts'

function feedTo(bus: EventBus): { feed: EventFeed; sent: DesktopMessage[] } {
  const sent: DesktopMessage[] = []
  const contents = { isDestroyed: () => false, send: (_channel: string, message: DesktopMessage) => sent.push(message) }
  return { feed: new EventFeed(bus, () => contents as unknown as WebContents), sent }
}
const progress = { jobId: 1, activity: 'denoising' as const, itemIds: [1], step: 1, stepsPerImage: 2, itemsFinished: 0 }

test('a busy page misses progress, and nothing that lasts', () => {
  const bus = new EventBus()
  const { feed, sent } = feedTo(bus)
  feed.listen()
  feed.isPageBusy = true
  bus.emit('job.progress', { ...progress, itemCount: 1, timeLeftMs: null })
  bus.emit('tags.changed', {})
  feed.isPageBusy = false
  bus.emit('job.progress', { ...progress, itemCount: 1, timeLeftMs: null })
  expect(sent.map((message) => (message.type === 'event' ? message.name : message.type))).toEqual([
    'hello',
    'tags.changed',
    'job.progress',
  ])
})

test('a page that takes the place of one that hung misses nothing', () => {
  const bus = new EventBus()
  const { feed, sent } = feedTo(bus)
  feed.isPageBusy = true
  feed.listen()
  bus.emit('job.progress', { ...progress, itemCount: 1, timeLeftMs: null })
  expect(sent.map(({ type }) => type)).toEqual(['hello', 'event'])
})

test('what is too long ago cannot be told', () => {
  const bus = new EventBus({ keptEvents: 2 })
  for (let count = 0; count < 5; count++) bus.emit('tags.changed', {})
  const { feed, sent } = feedTo(bus)
  feed.listen({ epoch: bus.epoch, number: 0 })
  expect(sent.slice(1)).toEqual([{ type: 'reset', lastNumber: 5 }])
})

test('one page listens, and one only; without one, messages of the app wait', () => {
  const bus = new EventBus()
  const { feed, sent } = feedTo(bus)
  feed.listen()
  feed.listen()
  feed.stop()
  feed.tellApp({ type: 'notice', message: 'a' })
  bus.emit('tags.changed', {})
  expect(sent.map(({ type }) => type)).toEqual(['hello', 'hello'])
  feed.listen()
  bus.emit('tags.changed', {})
  expect(sent.slice(2).map(({ type }) => type)).toEqual(['hello', 'notice', 'event'])
})

import { EventEmitter } from 'node:events'
import { beforeEach, expect, test, vi } from 'vitest'

const { app } = vi.hoisted((): { app: { current?: unknown } } => ({ app: {} }))
vi.mock('electron', () => ({
  get app() {
    return app.current
  },
}))
const { closeBeforeQuit } = await import('./close-before-quit.ts')

class App extends EventEmitter {
  readonly ended = Promise.withResolvers<undefined>()
  quit(): void {
    const event = { isPrevented: false, preventDefault: () => (event.isPrevented = true) }
    this.emit('will-quit', event)
    if (!event.isPrevented) this.ended.resolve(undefined)
  }
}
let current: App
beforeEach(() => {
  app.current = current = new App()
})

test('closes once, however often the app is told to end, and ends then', async () => {
  const order: string[] = []
  const closing = Promise.withResolvers<undefined>()
  closeBeforeQuit(async () => {
    order.push('close')
    await closing.promise
    order.push('closed')
  })
  current.quit()
  current.quit()
  closing.resolve(undefined)
  await current.ended.promise
  expect(order).toEqual(['close', 'closed'])
})

test('does not wait for ever', async () => {
  closeBeforeQuit(() => new Promise(() => undefined), 20)
  current.quit()
  await current.ended.promise
})

test('ends also if closing fails', async () => {
  closeBeforeQuit(() => Promise.reject(new Error('no')))
  current.quit()
  await current.ended.promise
})

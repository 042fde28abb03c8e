/** The studio's events, and the app's own messages, to the one page that listens. */
import type { WebContents } from 'electron'
import { isTransient } from '#shared/contract/events.ts'
import { CHANNELS } from '#shared/contract/desktop-bridge.ts'
import type { DesktopMessage } from '#shared/contract/desktop.ts'
import type { Position } from '#shared/contract/wire.ts'
import { VERSION } from '#shared/version.ts'
import type { NumberedEvent } from '../services/events/event-bus.ts'
import { eventMessage } from '../services/events/event-message.ts'
import { followEvents, type Events } from '../services/events/follow-events.ts'

/** What is told to a page that may not be there yet. */
export type AppMessage = Extract<DesktopMessage, { type: 'opened' | 'notice' }>

export class EventFeed {
  readonly #bus: Events
  readonly #contents: () => WebContents | undefined
  readonly #waiting: AppMessage[] = []
  #stopListening: (() => void) | undefined
  /** A page that hangs does not fetch what it is sent: previews and progress are left out until it does. */
  isPageBusy = false

  constructor(bus: Events, contents: () => WebContents | undefined) {
    this.#bus = bus
    this.#contents = contents
  }

  /** Hello, what was missed since that position, what waited; then all that comes. */
  listen(since?: Position): void {
    const bus = this.#bus
    this.stop()
    // it may have taken the place of one that hung
    this.isPageBusy = false
    this.#send({ type: 'hello', epoch: bus.epoch, lastNumber: bus.lastNumber, version: VERSION })
    this.#stopListening = followEvents(bus, since, {
      onEvent: (event) => {
        this.#tell(event)
      },
      onReset: (lastNumber) => {
        this.#send({ type: 'reset', lastNumber })
      },
    })
    for (const message of this.#waiting.splice(0)) this.#send(message)
  }

  /** Waits for a page that listens. */
  tellApp(message: AppMessage): void {
    if (this.#stopListening === undefined) this.#waiting.push(message)
    else this.#send(message)
  }

  /** Until a page asks again: it is gone, or another one is loaded in its place. */
  stop(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  #tell(event: NumberedEvent): void {
    if (this.isPageBusy && isTransient(event.name)) return
    this.#send(eventMessage(event))
  }

  #send(message: DesktopMessage): void {
    const contents = this.#contents()
    if (contents !== undefined && !contents.isDestroyed()) contents.send(CHANNELS.message, message)
  }
}

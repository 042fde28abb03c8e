/**
 * What happens in the studio, told to every transport. Lasting events get numbers and are kept for a while, so that
 * a client that lost its connection can be told what it missed.
 */
import { randomUUID } from 'node:crypto'
import { hidePaths } from '#shared/hide-paths.ts'
import { isTransient, type EventName, type EventPayload, type StudioEvent } from '#shared/contract/events.ts'

/** An event and its number; transient ones have none. */
export type NumberedEvent = StudioEvent & { readonly number?: number }

/**
 * A batch of 10,000 images makes some 40,000; a client that missed more than this begins anew. One that tells of many
 * items counts as many: otherwise a large job, cancelled and tried again for long enough, fills the memory.
 */
const KEPT_EVENTS = 20_000

export class EventBus {
  /** Differs after each start: numbers of another epoch mean nothing here. */
  readonly epoch = randomUUID()
  readonly #kept: NumberedEvent[] = []
  readonly #listeners = new Set<(event: NumberedEvent) => void>()
  readonly #keptEvents: number
  /** Of all that is kept. */
  #weight = 0
  /** Emitted, and not yet told. */
  readonly #untold: NumberedEvent[] = []
  #isTelling = false
  #last = 0

  constructor({ keptEvents = KEPT_EVENTS } = {}) {
    this.#keptEvents = keptEvents
  }

  /** Number of the latest event; 0 before the first. */
  get lastNumber(): number {
    return this.#last
  }

  /** After what it tells is committed: whatever listeners make of it, whoever emits it goes on. */
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    const event = { name, payload: toPublic(name, payload) } as StudioEvent
    this.#untold.push(isTransient(name) ? event : this.#keep(event))
    // what a listener emits is told when everybody has heard what it answers to
    if (this.#isTelling) return
    this.#isTelling = true
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) this.#tell(next)
    this.#isTelling = false
  }

  /** @returns what ends it */
  listen(listener: (event: NumberedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** All lasting events after this number; undefined if some of them are no longer kept, or never were. */
  since(number: number): NumberedEvent[] | undefined {
    const missing = this.#last - number
    if (missing < 0 || missing > this.#kept.length) return undefined
    return this.#kept.slice(this.#kept.length - missing)
  }

  #keep(event: StudioEvent): NumberedEvent {
    const numbered = { ...event, number: ++this.#last }
    this.#kept.push(numbered)
    this.#weight += weightOf(numbered)
    // in parts: shifting an array at every event would copy it every time
    if (this.#weight >= 2 * this.#keptEvents) this.#dropOldest()
    return numbered
  }

  #dropOldest(): void {
    let count = 0
    while (this.#weight > this.#keptEvents) this.#weight -= weightOf(this.#kept[count++])
    this.#kept.splice(0, count)
  }

  #tell(event: NumberedEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        process.emitWarning(`a listener failed at the event ${event.name}: ${String(error)}`)
      }
    }
  }
}

/** Warnings are made of messages of errors, and go to every client. */
function toPublic<Name extends EventName>(name: Name, payload: EventPayload<Name>): object {
  return name === 'warning' && 'message' in payload ? { message: hidePaths(payload.message) } : payload
}

function weightOf({ payload }: NumberedEvent): number {
  const lists = Object.values<unknown>(payload).filter((value) => Array.isArray(value))
  return Math.max(1, ...lists.map(({ length }) => length))
}

/* eslint-disable svelte/prefer-svelte-reactivity -- who listens is not shown anywhere */
/**
 * The page's one connection to the studio: calls and events, over whichever transport the page has. It goes on with the
 * events where it ended; if that is impossible, whoever holds data is asked to load it anew.
 */
import type { EventName, EventPayload, StudioEvent } from '#shared/contract/events.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import { desktop } from './desktop.svelte.ts'
import { SocketTransport } from './socket-transport.ts'
import type { ConnectionState, Transport } from './transport.ts'

export class Connection {
  state = $state<ConnectionState>('connecting')
  readonly online = $derived(this.state === 'online')
  readonly client: ContractClient
  readonly #transport: Transport
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>()
  readonly #loaders = new Set<() => void>()
  #wasOnline = false

  constructor(transport: Transport = desktop ?? new SocketTransport()) {
    this.#transport = transport
    this.client = transport.client
  }

  start(): void {
    this.#transport.start({
      onState: (state) => {
        this.state = state
        if (state !== 'online') return
        if (!this.#wasOnline) this.#loadAll()
        this.#wasOnline = true
      },
      onEvent: (event) => {
        this.#tell(event)
      },
      onReset: () => {
        this.#loadAll()
      },
    })
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    this.#transport.retryNow()
  }

  /** @returns stops listening */
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  /** Called at the first connection, and whenever what was loaded may be out of date. @returns stops it */
  onLoad(load: () => void): () => void {
    this.#loaders.add(load)
    if (this.#wasOnline) load()
    return () => this.#loaders.delete(load)
  }

  #tell(event: StudioEvent): void {
    for (const listener of this.#listeners.get(event.name) ?? []) listener(event.payload as never)
    if (event.name === 'data.changed') this.#loadAll()
  }

  #loadAll(): void {
    for (const load of this.#loaders) load()
  }
}

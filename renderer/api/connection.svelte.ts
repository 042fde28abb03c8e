/* eslint-disable svelte/prefer-svelte-reactivity -- who listens is not shown anywhere */
/**
 * The one WebSocket to the studio: calls and events. It connects again by itself, and goes on with the events where it
 * ended; if that is impossible, whoever holds data is asked to load it anew.
 */
import { StreamClient } from '#shared/contract/stream-client.ts'
import type { EventName, EventPayload, StudioEvent } from '#shared/contract/events.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/** `signed-out`: the studio was started anew with another token. */
type ConnectionState = 'connecting' | 'online' | 'lost' | 'signed-out'

export class Connection {
  state = $state<ConnectionState>('connecting')
  readonly online = $derived(this.state === 'online')
  readonly #stream = new StreamClient()
  readonly client = this.#stream.client
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>()
  readonly #loaders = new Set<() => void>()
  #waitMs = FIRST_WAIT_MS
  #timer: ReturnType<typeof setTimeout> | undefined
  #wasOnline = false

  start(): void {
    this.#stream.listen({
      onEvent: (event) => {
        this.#tell(event)
      },
      onReset: () => {
        this.#loadAll()
      },
    })
    void this.#connect()
    // a laptop that wakes up shall not wait
    addEventListener('online', () => {
      this.retryNow()
    })
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    void this.#connect()
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

  async #connect(): Promise<void> {
    this.#timer = undefined
    const url = new URL('ws', document.baseURI)
    url.protocol = url.protocol.replace('http', 'ws')
    url.hash = ''
    const socket = new WebSocket(url)
    socket.addEventListener('close', () => {
      this.#lost()
    })
    try {
      await this.#stream.connect(socket)
    } catch {
      // the socket's close event tells it
      return
    }
    this.#waitMs = FIRST_WAIT_MS
    this.state = 'online'
    if (!this.#wasOnline) this.#loadAll()
    this.#wasOnline = true
  }

  #lost(): void {
    if (this.state !== 'connecting' && this.state !== 'signed-out') this.state = 'lost'
    void this.#findOutWhy()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#connect(), this.#waitMs)
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
  }

  /** A WebSocket does not tell why it was refused. */
  async #findOutWhy(): Promise<void> {
    const answer = await fetch(document.baseURI, { method: 'HEAD', redirect: 'manual' }).catch(() => undefined)
    if (this.state === 'online') return
    this.state = answer?.status === 401 ? 'signed-out' : 'lost'
  }

  #tell(event: StudioEvent): void {
    for (const listener of this.#listeners.get(event.name) ?? []) listener(event.payload as never)
    if (event.name === 'data.changed') this.#loadAll()
  }

  #loadAll(): void {
    for (const load of this.#loaders) load()
  }
}

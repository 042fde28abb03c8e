/** To a studio that serves this page: one WebSocket, which connects again by itself. */
import { StreamClient } from '#shared/contract/stream-client.ts'
import type { ConnectionState, Transport, TransportListener } from './transport.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

export class SocketTransport implements Transport {
  readonly #stream = new StreamClient()
  readonly client = this.#stream.client
  #state: ConnectionState = 'connecting'
  #onState: TransportListener['onState'] = () => undefined
  #waitMs = FIRST_WAIT_MS
  #timer: ReturnType<typeof setTimeout> | undefined

  start(listener: TransportListener): void {
    this.#onState = (state) => {
      listener.onState(state)
    }
    this.#stream.listen(listener)
    void this.#connect()
    // a laptop that wakes up shall not wait
    addEventListener('online', () => {
      this.retryNow()
    })
  }

  retryNow(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    void this.#connect()
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
    this.#tell('online')
  }

  #lost(): void {
    if (this.#state !== 'connecting' && this.#state !== 'signed-out') this.#tell('lost')
    void this.#findOutWhy()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#connect(), this.#waitMs)
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
  }

  /** A WebSocket does not tell why it was refused. */
  async #findOutWhy(): Promise<void> {
    const answer = await fetch(document.baseURI, { method: 'HEAD', redirect: 'manual' }).catch(() => undefined)
    if (this.#state !== 'online') this.#tell(answer?.status === 401 ? 'signed-out' : 'lost')
  }

  #tell(state: ConnectionState): void {
    this.#state = state
    this.#onState(state)
  }
}

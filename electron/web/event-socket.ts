/**
 * One client on the WebSocket: its calls, answered in whatever order they finish, and after `listen` the studio's
 * events. A client that does not fetch what it is sent must not fill the memory: it loses previews and progress first,
 * then its connection; and a call counts as running until its answer is fetched.
 */
import type { WebSocket } from '@fastify/websocket'
import { isTransient } from '#shared/contract/events.ts'
import {
  decodeClientFrame,
  encodeFrame,
  type ClientMessage,
  type Frame,
  type ServerMessage,
} from '#shared/contract/wire.ts'
import { AppError } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'
import type { NumberedEvent } from '../services/events/event-bus.ts'
import { followEvents } from '../services/events/follow-events.ts'
import { toPublicError, type OnInternalError } from './error-reply.ts'
import type { ServedStudio } from './served-studio.ts'
import type { WebLimits } from './web-limits.ts'

/** Close codes of RFC 6455. */
const GOING_AWAY = 1001
const POLICY = 1008
const TOO_BIG = 1009
const TRY_LATER = 1013
/** A reason has at most 123 bytes. */
const MAX_REASON = 120
const RATE_WINDOW_MS = 1_000
/** How long the other side may take to confirm that it is over. */
const FAREWELL_MS = 1_000

export interface EventSocketOptions {
  socket: WebSocket
  studio: ServedStudio
  limits: WebLimits
  encodeEvent: (event: NumberedEvent) => Frame
  onInternalError: OnInternalError
}

export class EventSocket {
  readonly #options: EventSocketOptions
  #stopListening: (() => void) | undefined
  #unfetchedEventBytes = 0
  #running = 0
  /** Of the calls that run. */
  #runningBytes = 0
  #window = { startedAtMs: 0, calls: 0 }
  #isClosing = false
  #isAlive = true
  #onIdle: (() => void) | undefined

  constructor(options: EventSocketOptions) {
    this.#options = options
    const { socket, studio } = options
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#receive(data, isBinary)
    })
    socket.on('pong', () => (this.#isAlive = true))
    socket.on('close', () => {
      this.#stopListening?.()
      this.#onIdle?.()
    })
    const { epoch, lastNumber } = studio.bus
    this.#answer({ type: 'hello', epoch, lastNumber, version: VERSION })
  }

  /** Asks for a sign of life; ends the connection if the last one was not answered. */
  ping(): void {
    const { socket } = this.#options
    if (!this.#isAlive) socket.terminate()
    this.#isAlive = false
    socket.ping()
  }

  /** Takes no more calls, lets running ones finish for a while, and says goodbye. */
  async close(waitMs: number): Promise<void> {
    this.#isClosing = true
    const { socket } = this.#options
    if (this.#running > 0 && socket.readyState === socket.OPEN) {
      const idle = new Promise<void>((resolve) => (this.#onIdle = resolve))
      const timer = setTimeout(() => this.#onIdle?.(), waitMs)
      await idle
      clearTimeout(timer)
    }
    if (socket.readyState === socket.CLOSED) return
    const closed = new Promise((resolve) => socket.once('close', resolve))
    this.#end(GOING_AWAY, 'the studio is closing')
    await closed
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isClosing) return
    const { limits } = this.#options
    if (!isBinary && data.length > limits.jsonBytes) {
      this.#end(TOO_BIG, `a message has at most ${limits.jsonBytes} bytes besides uploads`)
      return
    }
    let message: ClientMessage
    try {
      message = decodeClientFrame(isBinary ? data : data.toString('utf8'), limits.jsonBytes)
    } catch (thrown) {
      // without an id there is nothing to answer to
      const error = AppError.from(thrown)
      this.#end(error.code === 'request-too-large' ? TOO_BIG : POLICY, error.message)
      return
    }
    if (message.type === 'listen') this.#listen(message)
    else void this.#call(message, data.length)
  }

  async #call({ id, procedure, input }: Extract<ClientMessage, { type: 'call' }>, sizeBytes: number): Promise<void> {
    this.#running += 1
    this.#runningBytes += sizeBytes
    const onFetched = (): void => {
      this.#running -= 1
      this.#runningBytes -= sizeBytes
      if (this.#running === 0) this.#onIdle?.()
    }
    try {
      this.#requireModeration()
      const output = await this.#options.studio.router.call(procedure, input)
      this.#answer({ type: 'result', id, output }, onFetched)
    } catch (thrown) {
      const error = AppError.from(thrown)
      if (error.code === 'internal') this.#options.onInternalError(error, `WebSocket ${procedure}`)
      this.#answer({ type: 'error', id, error: toPublicError(error) }, onFetched)
    }
  }

  /** @throws {AppError} `too-many-requests` */
  #requireModeration(): void {
    const { callsAtOnce, callsPerSecond, inputBytes } = this.#options.limits
    const nowMs = performance.now()
    if (nowMs - this.#window.startedAtMs > RATE_WINDOW_MS) this.#window = { startedAtMs: nowMs, calls: 0 }
    this.#window.calls += 1
    const isTooLarge = this.#running > 1 && this.#runningBytes > 2 * inputBytes
    if (this.#running > callsAtOnce || this.#window.calls > callsPerSecond || isTooLarge) {
      throw new AppError(
        'too-many-requests',
        `more than ${callsAtOnce} calls or two large uploads at once, or ${callsPerSecond} calls in a second: wait for answers before calling again`,
      )
    }
  }

  #listen({ since }: Extract<ClientMessage, { type: 'listen' }>): void {
    this.#stopListening?.()
    this.#stopListening = followEvents(this.#options.studio.bus, since, {
      onEvent: (event) => {
        this.#tell(event)
      },
      onReset: (lastNumber) => {
        this.#answer({ type: 'reset', lastNumber })
      },
    })
  }

  #tell(event: NumberedEvent): void {
    const { socket, limits, encodeEvent } = this.#options
    if (socket.readyState !== socket.OPEN) return
    if (isTransient(event.name) && socket.bufferedAmount > limits.slowBytes) return
    if (this.#unfetchedEventBytes > limits.stuckBytes) {
      this.#end(TRY_LATER, 'too slow: events pile up; connect again')
      return
    }
    let frame: Frame
    try {
      frame = encodeEvent(event)
    } catch (error) {
      this.#options.onInternalError(AppError.from(error), `event ${event.name}`)
      this.#answer({ type: 'reset', lastNumber: this.#options.studio.bus.lastNumber })
      return
    }
    this.#unfetchedEventBytes += frame.length
    socket.send(frame, () => (this.#unfetchedEventBytes -= frame.length))
  }

  #answer(message: ServerMessage, onFetched: () => void = () => undefined): void {
    // calls back with an error if the socket is closed
    this.#options.socket.send(encodeFrame(message), onFetched)
  }

  #end(code: number, reason: string): void {
    const { socket } = this.#options
    this.#isClosing = true
    this.#stopListening?.()
    socket.close(code, reason.slice(0, MAX_REASON))
    const timer = setTimeout(() => {
      socket.terminate()
    }, FAREWELL_MS)
    socket.once('close', () => {
      clearTimeout(timer)
    })
  }
}

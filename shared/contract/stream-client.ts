/**
 * The studio over a stream, in a browser or in a program: calls and their answers, and events. Connecting, and doing
 * so again after a connection ended, is the caller's; this keeps what is needed to go on where it ended.
 */
import { AppError } from '../errors.ts'
import { createClient } from './client.ts'
import type { ContractClient } from './contract.ts'
import { decodeEvent } from './decode-event.ts'
import type { StudioEvent } from './events.ts'
import {
  decodeServerFrame,
  encodeFrame,
  type ClientMessage,
  type Frame,
  type Position,
  type ServerMessage,
} from './wire.ts'

/** What is used of a WebSocket: the browser's, Node's and that of ws fit. */
export interface SocketLike {
  binaryType: string
  send(frame: Frame): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { reason: string }) => void): void
}

export interface StreamListener {
  onEvent(event: StudioEvent): void
  /** Events were missed: whatever was loaded may be out of date. */
  onReset(): void
}

interface Pending {
  resolve(output: unknown): void
  reject(error: AppError): void
}

export class StreamClient {
  readonly client: ContractClient = createClient((procedure, input) => this.#call(procedure, input))
  #socket: SocketLike | undefined
  /** It said hello and can be written to. */
  #isOpen = false
  /** Of the studio at the other end now. */
  #epoch = ''
  /** The last event seen, or where the first connection began. */
  #position: Position | undefined
  #listener: StreamListener | undefined
  readonly #pending = new Map<number, Pending>()
  #welcome: Pending | undefined
  #nextId = 1

  /** Takes a new or still connecting socket, in place of an earlier one. @returns when the studio said hello */
  async connect(socket: SocketLike): Promise<void> {
    this.#lose('another took its place')
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(data)
    })
    socket.addEventListener('close', ({ reason }) => {
      if (socket === this.#socket) this.#lose(reason)
    })
    await new Promise<unknown>((resolve, reject) => {
      this.#welcome = { resolve, reject }
    })
    if (this.#listener !== undefined) this.#listen()
  }

  /** Events from the first connection's hello on; after a new connection those that were missed, or a reset. */
  listen(listener: StreamListener): void {
    this.#listener = listener
    if (this.#isOpen) this.#listen()
  }

  #listen(): void {
    this.#send({ type: 'listen', since: this.#position })
  }

  #call(procedure: string, input: unknown): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) throw new AppError('connection-lost', 'there is no connection to the studio')
      this.#send({ type: 'call', id, procedure, input })
      this.#pending.set(id, { resolve, reject })
    })
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(encodeFrame(message))
  }

  #receive(data: unknown): void {
    let message: ServerMessage
    try {
      message = decodeServerFrame(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data))
    } catch (error) {
      // nothing that comes after it can be trusted
      const socket = this.#socket
      this.#lose(AppError.from(error).message)
      socket?.close()
      return
    }
    if (message.type === 'result') this.#take(message.id)?.resolve(message.output)
    else if (message.type === 'error') this.#take(message.id)?.reject(AppError.fromWire(message.error))
    else if (message.type === 'hello') this.#begin(message)
    else if (message.type === 'event') this.#tell(message)
    else {
      this.#position = { epoch: this.#epoch, number: message.lastNumber }
      this.#listener?.onReset()
    }
  }

  #begin({ epoch, lastNumber }: Extract<ServerMessage, { type: 'hello' }>): void {
    this.#epoch = epoch
    this.#isOpen = true
    this.#position ??= { epoch, number: lastNumber }
    this.#welcome?.resolve(undefined)
    this.#welcome = undefined
  }

  #tell(message: Extract<ServerMessage, { type: 'event' }>): void {
    if (message.number !== undefined) this.#position = { epoch: this.#epoch, number: message.number }
    const event = decodeEvent(message)
    if (event === 'broken') this.#listener?.onReset()
    // a newer studio may tell what this version does not know
    else if (event !== undefined) this.#listener?.onEvent(event)
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  #lose(reason: string): void {
    this.#socket = undefined
    this.#isOpen = false
    const error = connectionLost(reason)
    this.#welcome?.reject(error)
    this.#welcome = undefined
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }
}

function connectionLost(reason: string): AppError {
  const because = reason === '' ? '' : ` (${reason})`
  return new AppError('connection-lost', `the connection to the studio ended${because}: look before asking again`)
}

/** The studio in the desktop window: the same client and events as over a stream, and what only the window has. */
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { clientOf, createClient } from './client.ts'
import type { ClientOf, ContractClient } from './contract.ts'
import { decodeEvent } from './decode-event.ts'
import { desktopAreas, DesktopMessageSchema, type DesktopMessage, type TakenFiles } from './desktop.ts'
import type { DesktopBridge } from './desktop-bridge.ts'
import type { StreamListener } from './stream-client.ts'
import type { Position } from './wire.ts'

export interface DesktopListener extends StreamListener {
  onOpened(opened: TakenFiles): void
  onNotice(message: string): void
}

export class DesktopClient {
  readonly client: ContractClient
  readonly desktop: ClientOf<typeof desktopAreas>['desktop']
  readonly #bridge: DesktopBridge
  #position: Position | undefined
  #epoch = ''

  constructor(bridge: DesktopBridge) {
    const call = async (procedure: string, input: unknown): Promise<unknown> => {
      const answer = await bridge.call(procedure, input)
      if ('error' in answer) throw AppError.fromWire(answer.error)
      return answer.output
    }
    this.#bridge = bridge
    this.client = createClient(call)
    this.desktop = clientOf(desktopAreas, call).desktop
  }

  /** The last event seen. A page that loads itself anew can keep it, and go on there. */
  get position(): Position | undefined {
    return this.#position
  }

  /** @returns what ends it */
  listen(listener: DesktopListener, since = this.#position): () => void {
    return this.#bridge.onMessage((raw) => {
      const message = z.safeDecode(DesktopMessageSchema, raw as z.input<typeof DesktopMessageSchema>)
      if (message.success) this.#receive(message.data, listener)
      else listener.onReset()
    }, since)
  }

  #receive(message: DesktopMessage, listener: DesktopListener): void {
    switch (message.type) {
      case 'hello':
        this.#epoch = message.epoch
        this.#position ??= { epoch: message.epoch, number: message.lastNumber }
        break
      case 'event': {
        if (message.number !== undefined) this.#position = { epoch: this.#epoch, number: message.number }
        const event = decodeEvent(message)
        if (event === 'broken') listener.onReset()
        else if (event !== undefined) listener.onEvent(event)
        break
      }
      case 'reset':
        this.#position = { epoch: this.#epoch, number: message.lastNumber }
        listener.onReset()
        break
      case 'opened':
        listener.onOpened(message)
        break
      case 'notice':
        listener.onNotice(message.message)
        break
      // answers come with their calls
      case 'result':
      case 'error':
    }
  }
}

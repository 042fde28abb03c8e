/**
 * The desktop app around this page, and what only it has: dialogs, files that leave the window by a drag, the system's
 * keyring. In a browser there is none: `desktop?.…` is how anything of it is asked for.
 */
import type { ContractClient } from '#shared/contract/contract.ts'
import { BRIDGE_NAME, type DesktopBridge } from '#shared/contract/desktop-bridge.ts'
import { DesktopClient, type DesktopListener } from '#shared/contract/desktop-client.ts'
import type { Transport, TransportListener } from './transport.ts'

/** What the app tells by itself. */
type AppListener = Pick<DesktopListener, 'onOpened' | 'onNotice'>

class Desktop implements Transport {
  readonly #bridge: DesktopBridge
  readonly #studio: DesktopClient
  readonly client: ContractClient
  /** Calls to the app: `desktop.app.chooseFolder({ … })`. */
  readonly app: DesktopClient['desktop']
  #listener: TransportListener | undefined
  #appListener: AppListener | undefined

  constructor(bridge: DesktopBridge) {
    this.#bridge = bridge
    this.#studio = new DesktopClient({
      ...bridge,
      // messages are cloned, and the proxies that state is behind cannot be
      call: (procedure, input) => bridge.call(procedure, $state.snapshot(input)),
    })
    this.client = this.#studio.client
    this.app = this.#studio.desktop
  }

  /** Before `start`: what the app tells at once would be lost. */
  follow(listener: AppListener): void {
    this.#appListener = listener
  }

  start(listener: TransportListener): void {
    this.#listener = listener
    this.retryNow()
  }

  /** The studio is there as long as the window: messages arrive in their order, so calls find it listening. */
  retryNow(): void {
    const listener = this.#listener
    if (listener === undefined) return
    this.#studio.listen({
      onEvent: (event) => {
        listener.onEvent(event)
      },
      onReset: () => {
        listener.onReset()
      },
      onOpened: (taken) => this.#appListener?.onOpened(taken),
      onNotice: (message) => this.#appListener?.onNotice(message),
    })
    listener.onState('online')
  }

  /** Opened where they lie; what came of it is told by `onOpened`. */
  openDropped(files: readonly File[]): void {
    this.#bridge.openDropped([...files])
  }
}

export const desktop = BRIDGE_NAME in window ? new Desktop(window[BRIDGE_NAME] as DesktopBridge) : undefined

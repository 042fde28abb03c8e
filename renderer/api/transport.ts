/** What a page needs of its way to the studio, whichever it is: a WebSocket, or the desktop app's bridge. */
import type { ContractClient } from '#shared/contract/contract.ts'
import type { StreamListener } from '#shared/contract/stream-client.ts'

/** `signed-out`: the studio was started anew with another token. */
export type ConnectionState = 'connecting' | 'online' | 'lost' | 'signed-out'

export interface TransportListener extends StreamListener {
  onState(state: ConnectionState): void
}

export interface Transport {
  readonly client: ContractClient
  /** Connects, and again whenever it has to. Called once. */
  start(listener: TransportListener): void
  /** Does not wait for the next attempt. */
  retryNow(): void
}

/**
 * Who keeps a connection when there are too many: those that have shown who they are, and of the others the newest.
 * Somebody who holds hundreds open and says nothing shuts out nobody: whoever comes takes the place of one of theirs.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export interface ConnectionPlaces {
  /** It has authenticated itself: its place is not taken. */
  confirm(socket: Socket): void
}

export function limitConnections(server: Server, maxConnections: number): ConnectionPlaces {
  /** Not confirmed, by address, the oldest first. */
  const strangers = new Map<string, Set<Socket>>()
  let count = 0

  const forget = (socket: Socket, address: string): void => {
    const same = strangers.get(address)
    same?.delete(socket)
    if (same?.size === 0) strangers.delete(address)
  }
  const addressOf = new WeakMap<Socket, string>()

  server.on('connection', (socket) => {
    // Node forgets it when the connection ends
    const address = socket.remoteAddress ?? ''
    addressOf.set(socket, address)
    count += 1
    socket.once('close', () => {
      count -= 1
      forget(socket, address)
    })
    strangers.set(address, (strangers.get(address) ?? new Set()).add(socket))
    if (count <= maxConnections) return
    // the oldest of whoever has most: the newcomer itself where there is no other
    const [most] = [...strangers.values()].sort((a, b) => b.size - a.size)
    const [oldest] = most
    forget(oldest, addressOf.get(oldest) ?? '')
    oldest.destroy()
  })
  return {
    confirm(socket) {
      forget(socket, addressOf.get(socket) ?? '')
    },
  }
}

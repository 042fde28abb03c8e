/** GET /ws: the studio over a WebSocket, calls and events (shared/contract/wire.ts). */
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { AppError } from '#shared/errors.ts'
import type { OnInternalError } from './error-reply.ts'
import { createEventEncoder } from './event-frames.ts'
import { EventSocket } from './event-socket.ts'
import type { ServedStudio } from './served-studio.ts'
import type { WebLimits } from './web-limits.ts'

export const SOCKET_PATH = '/ws'

export interface SocketOptions {
  studio: ServedStudio
  limits: WebLimits
  onInternalError: OnInternalError
}

/**
 * From here on requests say whether they want a WebSocket (`request.ws`).
 *
 * @returns what adds the route to a scope of its own
 */
export async function enableSockets(
  app: FastifyInstance,
  { studio, limits, onInternalError }: SocketOptions,
): Promise<(scope: FastifyInstance) => void> {
  const clients = new Set<EventSocket>()
  const encodeEvent = createEventEncoder()
  const pings = setInterval(() => {
    for (const client of clients) client.ping()
  }, limits.pingMs)

  await app.register(websocket, {
    // compression costs memory for each client, and what is large here is compressed already
    options: { maxPayload: limits.inputBytes + limits.jsonBytes, perMessageDeflate: false },
    // a frame that is too large, or none at all: ws has closed the socket with the right code
    errorHandler: (_error, socket) => {
      socket.close()
    },
    preClose: async () => {
      clearInterval(pings)
      await Promise.all(Array.from(clients, (client) => client.close(limits.closeTimeoutMs)))
    },
  })

  return (scope) => {
    scope.addHook('onRequest', (request, _reply, done) => {
      if (!request.ws) done(new AppError('invalid-argument', 'this address is for WebSockets'))
      else if (clients.size < limits.sockets) done()
      else done(new AppError('too-many-requests', `${clients.size} windows are connected already: close one of them`))
    })
    scope.get(SOCKET_PATH, { websocket: true }, (socket) => {
      const client = new EventSocket({ socket, studio, limits, encodeEvent, onInternalError })
      clients.add(client)
      socket.once('close', () => clients.delete(client))
    })
  }
}

/** Every way to the studio, behind one face. */
import { WebSocket } from 'ws'
import { createClient } from '#shared/contract/client.ts'
import { DesktopClient } from '#shared/contract/desktop-client.ts'
import { StreamClient } from '#shared/contract/stream-client.ts'
import type { Studio } from '../../electron/services/studio/open-studio.ts'
import { launch, removeFolders } from '../desktop/launch.ts'
import type { Address, Connection } from './connect-http.ts'

export function connectInProcess({ router, bus }: Pick<Studio, 'router' | 'bus'>): Connection {
  const ends: (() => void)[] = []
  return {
    client: createClient((procedure, input) => router.call(procedure, input)),
    listen: (listener) => {
      const end = bus.listen((event) => {
        listener.onEvent(event)
      })
      ends.push(end)
    },
    close: () => {
      for (const end of ends) end()
      return Promise.resolve()
    },
  }
}

export async function connectWebSocket({ url, token }: Address): Promise<Connection> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}ws`, { headers: { authorization: `Bearer ${token}` } })
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve()
    })
  })
  const stream = new StreamClient()
  await stream.connect(socket)
  return {
    client: stream.client,
    listen: (listener) => {
      stream.listen(listener)
    },
    close: () => {
      socket.close()
      return closed
    },
  }
}

/** To a studio of its own: the built desktop app, its preload script between them. */
export async function connectIpc(): Promise<Connection> {
  const app = await launch()
  await app.ready()
  const page = new DesktopClient(app.electron.page)
  return {
    client: page.client,
    listen: (listener) => {
      page.listen({ ...listener, onOpened: () => undefined, onNotice: () => undefined })
    },
    close: async () => {
      await app.quit()
      removeFolders()
    },
  }
}

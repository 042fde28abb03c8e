/** Every way to the studio, behind one face. */
import { WebSocket } from 'ws'
import { createClient } from '#shared/contract/client.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import { DesktopClient } from '#shared/contract/desktop-client.ts'
import { StreamClient, type StreamListener } from '#shared/contract/stream-client.ts'
import { AppError, WireErrorSchema } from '#shared/errors.ts'
import type { Studio } from '../../electron/services/studio/open-studio.ts'
import { launch, removeFolders } from '../desktop/launch.ts'

export interface Connection {
  readonly client: ContractClient
  /** Absent where the transport carries no events. */
  readonly listen?: (listener: StreamListener) => void
  close(): Promise<void>
}

export interface Address {
  readonly url: string
  readonly token: string
}

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

export function connectHttp({ url, token }: Address): Connection {
  const post = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    })
  const client = createClient(async (procedure, input) => {
    const response =
      procedure === 'inputs.add'
        ? await post('inputs', 'application/octet-stream', (input as { bytes: Uint8Array<ArrayBuffer> }).bytes)
        : await post(`api/${procedure}`, 'application/json', JSON.stringify(input))
    if (!response.ok) throw AppError.fromWire(WireErrorSchema.parse(await response.json()))
    return outputOf(response)
  })
  return { client, close: () => Promise.resolve() }
}

async function outputOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const disposition = response.headers.get('content-disposition')
  if (disposition === null) return response.json()
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    fileName: decodeURIComponent(disposition.split("filename*=UTF-8''")[1]),
    mimeType: response.headers.get('content-type'),
  }
}

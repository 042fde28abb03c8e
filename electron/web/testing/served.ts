/** For tests: a server over a small studio, and requests that say about themselves what fetch would not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { WebSocket, type ClientOptions } from 'ws'
import type { ContractHandlers } from '#shared/contract/contract.ts'
import { SettingsSchema } from '#shared/contract/settings.ts'
import { decodeServerFrame, encodeFrame, type ClientMessage, type ServerMessage } from '#shared/contract/wire.ts'
import { AppError } from '#shared/errors.ts'
import { createRouter } from '../../services/contract/router.ts'
import { EventBus } from '../../services/events/event-bus.ts'
import type { ServedStudio } from '../served-studio.ts'
import { startWebServer, type WebServer, type WebServerOptions } from '../server.ts'

export const TOKEN = 'the token of the tests'
export const HASH = 'ab'.repeat(32)

const ends: (() => Promise<void> | void)[] = []

/** After each test: closes servers and sockets, removes folders. */
export async function cleanUp(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end()
}

export function temporaryFolder(files: Record<string, string | Uint8Array> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'reprise-web-'))
  ends.push(() => {
    rmSync(dir, { recursive: true, force: true })
  })
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    writeFileSync(join(dir, name), content)
  }
  return dir
}

/** A gate that a test opens. */
export class Gate {
  readonly #waiting: (() => void)[] = []
  readonly #arrivals: (() => void)[] = []
  #count = 0

  async pass(): Promise<void> {
    this.#count += 1
    this.#arrivals.splice(0).forEach((tell) => {
      tell()
    })
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
  async arrived(count: number): Promise<void> {
    while (this.#count < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve))
  }
  open(): void {
    this.#waiting.splice(0).forEach((go) => {
      go()
    })
  }
}

export interface FakeStudio extends ServedStudio {
  readonly bus: EventBus
  /** Inputs of the procedures that were reached. */
  readonly calls: unknown[]
  /** What tags.list waits at. */
  readonly gate: Gate
}

/** Only the procedures that the tests call. */
export function fakeStudio({ keptEvents = 100, imageSize = 1000 } = {}): FakeStudio {
  const calls: unknown[] = []
  const gate = new Gate()
  const dir = temporaryFolder({ 'image.png': new Uint8Array(imageSize).fill(7), 'secret.txt': 'secret' })
  const handlers: Record<string, Record<string, (input: never) => unknown>> = {
    settings: {
      get: () => SettingsSchema.parse({}),
    },
    tags: {
      list: () => gate.pass().then(() => []),
      remove: (input) => void calls.push(input),
    },
    collections: {
      create: (input) => {
        calls.push(input)
        throw new AppError('name-taken', 'there is a collection "a" already', { data: { name: 'a' } })
      },
      list: () => {
        throw new Error('ENOENT: /home/somebody/secret')
      },
    },
    inputs: {
      add: ({ bytes }: { bytes: Uint8Array }) => {
        calls.push(bytes)
        return { hash: HASH, sizeBytes: bytes.length, widthPx: 1, heightPx: 1, createdAtMs: 1 }
      },
    },
    history: {
      export: (input) => {
        calls.push(input)
        return { bytes: new Uint8Array([1, 2, 3]), fileName: 'évening "1".png', mimeType: 'image/png' }
      },
    },
    presets: {
      create: (input) => {
        calls.push(input)
        return { id: 1, createdAtMs: 1, updatedAtMs: 1, ...(input as object) }
      },
    },
  }
  const router = createRouter(
    new Proxy(handlers, { get: (given, area: string) => given[area] ?? {} }) as unknown as ContractHandlers,
  )
  const file = (known: boolean, path = 'image.png') =>
    known
      ? Promise.resolve({ path: join(dir, path), mimeType: 'image/png' })
      : Promise.reject(new AppError('not-found', 'there is no such image'))
  return {
    router,
    bus: new EventBus({ keptEvents }),
    calls,
    gate,
    files: {
      image: (id) => file(id <= 2, id === 2 ? 'gone.png' : undefined),
      thumbnail: (id) => file(id === 1),
      input: (hash) => file(hash === HASH),
      difference: (id) => file(id === 1),
      exportZip: (ids) =>
        ids[0] === 1
          ? Readable.from([Buffer.from('zip of '), Buffer.from(ids.join())])
          : new Readable({
              read() {
                this.destroy(new Error('broken'))
              },
            }),
    },
  }
}

export interface Served {
  readonly server: WebServer
  readonly studio: FakeStudio
  readonly port: number
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly internalErrors: string[]
}

export async function serve(
  options: Partial<Omit<WebServerOptions, 'studio'>> & { studio?: FakeStudio } = {},
): Promise<Served> {
  const studio = options.studio ?? fakeStudio()
  const internalErrors: string[] = []
  const server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    onInternalError: (error, place) => internalErrors.push(`${place}: ${error.message}`),
    ...options,
    studio,
  })
  ends.push(() => server.close())
  const { host, port } = new URL(server.url)
  return { server, studio, port: Number(port), host, internalErrors }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  /** Of an error. */
  readonly code: string | undefined
}

export interface Asked {
  method?: string
  headers?: Record<string, string | number>
  body?: string | Uint8Array
}

/** The path goes out as it is given. */
export function ask(
  { port }: Served,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const whole = Buffer.concat(parts)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text: whole.toString(),
          code: /"code":"([a-z-]+)"/.exec(whole.toString())?.[1],
        })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

export const BEARER = { authorization: `Bearer ${TOKEN}` }
export const JSON_TYPE = { 'content-type': 'application/json' }

export function call(served: Served, procedure: string, input: unknown = {}, headers = {}): Promise<Answer> {
  const body = JSON.stringify(input)
  return ask(served, `/api/${procedure}`, { method: 'POST', headers: { ...BEARER, ...JSON_TYPE, ...headers }, body })
}

/** As a browser does it: opens the printed address. @returns the Cookie header */
export async function signIn(served: Served): Promise<string> {
  const { headers } = await ask(served, `/?token=${encodeURIComponent(TOKEN)}`, { headers: { accept: 'text/html' } })
  return headers['set-cookie']?.[0].split(';')[0] ?? ''
}

/** One end of a WebSocket, frame by frame. */
export class Line {
  readonly socket: WebSocket
  readonly messages: ServerMessage[] = []
  /** Close code and reason. */
  readonly closed: Promise<[number, string]>
  #told: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve([code, reason.toString()])
      })
    })
    socket.on('message', (data: Buffer, isBinary) => {
      this.messages.push(decodeServerFrame(isBinary ? data : data.toString()))
      this.#told.splice(0).forEach((tell) => {
        tell()
      })
    })
  }

  send(message: ClientMessage): void {
    this.socket.send(encodeFrame(message))
  }

  /** The messages from this place on, as soon as there are so many. */
  async receive(count: number, from = 0): Promise<ServerMessage[]> {
    while (this.messages.length < from + count) await new Promise<void>((resolve) => this.#told.push(resolve))
    return this.messages.slice(from, from + count)
  }
}

/** A socket that is still connecting. */
export function dial(
  { host }: Served,
  { path = '/ws', ...options }: ClientOptions & { path?: string } = {},
): WebSocket {
  const socket = new WebSocket(`ws://${host}${path}`, { headers: BEARER, ...options })
  ends.push(() => {
    socket.terminate()
  })
  return socket
}

/** @throws Error "Unexpected server response: STATUS" if it is refused */
export function connect(served: Served, options: ClientOptions & { path?: string } = {}): Promise<Line> {
  const socket = dial(served, options)
  const line = new Line(socket)
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      resolve(line)
    })
    socket.once('error', reject)
  })
}

/** What the server writes until it ends the connection, byte by byte as it is. */
export function rawRequest({ port }: Served, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.write(text))
    let answer = ''
    socket.on('data', (part: Buffer) => (answer += part.toString()))
    // the server may reset what it does not read to the end
    socket.on('error', () => undefined)
    socket.on('close', () => {
      resolve(answer)
    })
  })
}

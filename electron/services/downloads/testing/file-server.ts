/** For tests: a server of files that can be told to misbehave, and that counts what it sends. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly path: string
  readonly range: string | undefined
  readonly ifRange: string | undefined
  readonly authorization: string | undefined
}

/** Answers instead of the server; returns false to let it. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse, count: number) => boolean

export class FileServer {
  readonly requests: SeenRequest[] = []
  readonly files = new Map<string, Buffer>()
  readonly misbehaviours = new Map<string, Misbehaviour>()
  /** Bytes after which an answer is dropped, one for each answer in turn. */
  readonly drops: number[] = []
  /** Of one answer at a time; 0: as fast as it can. */
  bytesPerMs = 0
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      response.on('error', () => undefined)
      void this.#answer(request, response)
    })
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  requestsOf(path: string): SeenRequest[] {
    return this.requests.filter((seen) => seen.path === path)
  }

  /** A repository of the hub at the commit of forty zeros, and how its listing says it. */
  addRepository(repository: string, files: Readonly<Record<string, Buffer>>): void {
    const siblings = Object.entries(files).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
      ...(rfilename.endsWith('.safetensors') && {
        lfs: { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 135 },
      }),
    }))
    const commit = '0'.repeat(40)
    this.files.set(`/api/models/${repository}/revision/main`, Buffer.from(JSON.stringify({ sha: commit, siblings })))
    for (const [path, bytes] of Object.entries(files)) this.files.set(`/${repository}/resolve/${commit}/${path}`, bytes)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname)
    const { range, authorization, 'if-range': ifRange } = request.headers
    this.requests.push({ path, range, authorization, ifRange: ifRange as string | undefined })
    if (this.misbehaviours.get(path)?.(request, response, this.requestsOf(path).length)) return
    const bytes = this.files.get(path)
    if (!bytes) {
      response.writeHead(404).end()
      return
    }
    const etag = etagOf(bytes)
    const begin = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const isPart = begin > 0 && (ifRange === undefined || ifRange === etag)
    const body = isPart ? bytes.subarray(begin) : bytes
    response.writeHead(isPart ? 206 : 200, {
      'content-length': body.length,
      etag,
      ...(isPart && { 'content-range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}` }),
    })
    await this.#send(response, body)
  }

  async #send(response: ServerResponse, body: Buffer): Promise<void> {
    const end = this.drops.shift() ?? body.length
    const step = 64 * 1024
    for (let at = 0; at < Math.min(end, body.length); at += step) {
      if (response.destroyed) return
      // a client that goes away drains nothing, but ends the response
      await new Promise((resolve) => response.write(body.subarray(at, Math.min(at + step, end)), resolve))
      if (this.bytesPerMs > 0) await new Promise((resolve) => setTimeout(resolve, step / this.bytesPerMs))
    }
    // not destroyed: what was written shall arrive
    if (end < body.length) response.socket?.end()
    else response.end()
  }
}

export function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`
}

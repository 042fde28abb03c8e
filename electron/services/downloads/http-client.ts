/**
 * GET over https, as downloads need it: redirects followed by hand, so that a token stays with the host it is for and
 * nothing goes on unencrypted; proxies of the environment; bodies as they are, never unpacked.
 *
 * Not fetch: its proxies can only be switched on for the whole process (NODE_USE_ENV_PROXY at its start), while an
 * agent of node:https has them by itself (`proxyEnv`, Node 24.5, 22.21); and it unpacks what a server packs, which then
 * fits neither lengths nor ranges.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { AppError, quoted } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'
import { connectionError } from './connection-error.ts'

export interface HttpOptions {
  /** Asked for the host that a download is from, never for one that it is sent on to. */
  readonly tokenFor?: ((host: string) => string | undefined | Promise<string | undefined>) | undefined
  /** http: is for this machine only, unless this is set. */
  readonly allowHttp?: boolean | undefined
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  readonly proxyEnv?: NodeJS.ProcessEnv | undefined
  /** How long a server may take to begin its answer. */
  readonly answerTimeoutMs?: number | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Must be read or destroyed. */
  readonly body: IncomingMessage
  /** Where it came from in the end. */
  readonly url: URL
  /** Of any answer on the way: the hub tells the file's sha256 before it sends one on to where the file lies. */
  readonly linkedSha256: string | null
  readonly hasToken: boolean
}

const MAX_REDIRECTS = 10
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const ANSWER_TIMEOUT_MS = 30_000

export class HttpClient {
  readonly #options: HttpOptions
  #agents: { http: HttpAgent; https: HttpsAgent } | undefined

  constructor(options: HttpOptions = {}) {
    this.#options = options
  }

  /**
   * Any final status is an answer.
   * @throws {AppError} `download-failed` if there is none, `download-refused` for where it would lead, `cancelled`
   */
  async get(
    address: URL,
    { headers = {}, signal }: { headers?: Record<string, string>; signal?: AbortSignal | undefined } = {},
  ): Promise<HttpAnswer> {
    let url = address
    let linkedSha256: string | null = null
    const token = (await this.#options.tokenFor?.(address.host)) ?? ''
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      this.#checkProtocol(url, address)
      const hasToken = token !== '' && url.origin === address.origin
      const authorization: Record<string, string> = hasToken ? { authorization: `Bearer ${token}` } : {}
      const body = await this.#request(url, { ...headers, ...authorization }, signal)
      const status = body.statusCode ?? 0
      linkedSha256 ??= /^"?([0-9a-f]{64})"?$/.exec(textOf(body.headers['x-linked-etag']))?.[1] ?? null
      const { location } = body.headers
      if (!REDIRECTS.has(status) || location === undefined) {
        return { status, headers: body.headers, body, url, linkedSha256, hasToken }
      }
      body.destroy()
      if (!URL.canParse(location, url.href)) {
        throw new AppError(
          'download-refused',
          `${hostOf(url)} sends on to an address that is none: ${quoted(location)}`,
        )
      }
      url = new URL(location, url)
    }
    throw new AppError(
      'download-refused',
      `${hostOf(address)} sent on more than ${MAX_REDIRECTS} times without an answer: check the address`,
    )
  }

  close(): void {
    this.#agents?.http.destroy()
    this.#agents?.https.destroy()
  }

  #checkProtocol(url: URL, first: URL): void {
    if (url.protocol === 'https:') return
    const isLocal = (other: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(other.hostname)
    // an address out there must not be able to reach what listens on this machine
    if (url.protocol === 'http:' && (this.#options.allowHttp || (isLocal(url) && isLocal(first)))) return
    throw new AppError(
      'download-refused',
      `${quoted(`${url.protocol}//${url.host}`)} is not encrypted: only https addresses are fetched from`,
      { data: { host: url.host } },
    )
  }

  async #request(url: URL, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    try {
      const isHttps = url.protocol === 'https:'
      const request: typeof httpsRequest = isHttps ? httpsRequest : httpRequest
      const sent = request(url, {
        agent: isHttps ? this.#connections().https : this.#connections().http,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': `reprise/${VERSION}`, ...headers },
        ...(signal && { signal }),
      })
      const answerTimeoutMs = this.#options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS
      const timer = setTimeout(() => {
        sent.destroy(new Error(`no answer within ${answerTimeoutMs / 1000} s`))
      }, answerTimeoutMs)
      sent.on('response', resolve).on('error', reject).end()
      // the body's own errors come out of it; this only keeps those of a body that nobody reads from ending the process
      sent.on('response', (body) => body.on('error', () => undefined))
      return await promise.finally(() => {
        clearTimeout(timer)
      })
    } catch (error) {
      throw connectionError(error, url, signal)
    }
  }

  /** Made when first needed: an address of a proxy that is none shall fail a download, not the start. */
  #connections(): { http: HttpAgent; https: HttpsAgent } {
    const options = { keepAlive: true, proxyEnv: this.#options.proxyEnv ?? process.env }
    this.#agents ??= { http: new HttpAgent(options), https: new HttpsAgent(options) }
    return this.#agents
  }
}

export function hostOf(url: URL): string {
  return quoted(url.host)
}

/** Of headers that may come twice: the first. */
export function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

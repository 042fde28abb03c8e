/**
 * Refuses what a strange page makes a browser send. A page can send requests to any address and let its own name point
 * to this machine (DNS rebinding), but it cannot lie about Host, Origin and Sec-Fetch-Site, which the browser writes.
 * Another port of the same machine is another origin, and a stranger as well.
 */
import type { FastifyRequest } from 'fastify'
import { AppError, quoted } from '#shared/errors.ts'
import type { Credential } from './authenticate.ts'
import { bareAddress, isLoopback, isWildcard } from './host-address.ts'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']
const READING = new Set(['GET', 'HEAD'])

export interface SiteOptions {
  host: string
  /** `name`, `name:port`, or an origin such as `https://studio.example` where a proxy stands before the server. */
  allowedHosts: readonly string[]
}

/** The names that the server answers to. */
export class Site {
  /** Names that go with the server's own port. */
  readonly #names = new Set<string>()
  /** Host header → origin. */
  readonly #origins = new Map<string, string>()

  /** @throws {AppError} `invalid-argument` */
  constructor({ host, allowedHosts }: SiteOptions) {
    if (!isWildcard(host)) this.#names.add(asHostName(host))
    for (const entry of allowedHosts) this.#allow(entry)
  }

  #allow(entry: string): void {
    const text = entry.includes('://') ? entry : `http://${entry}`
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
      throw new AppError(
        'invalid-argument',
        `${quoted(entry)} is no host to allow: give a name, a name with a port, or an origin such as https://studio.example`,
      )
    }
    if (text === entry || /:\d+$/.test(entry)) this.#origins.set(url.host, url.origin)
    else this.#names.add(url.hostname)
  }

  /**
   * The origin under which the server was asked. Besides the names it was given it answers to the address that the
   * connection came in at: strangers can let names point anywhere, but an address is what it is.
   *
   * @throws {AppError} `origin-refused`
   */
  originOf({ headers, socket }: FastifyRequest): string {
    const host = headers.host?.toLowerCase() ?? ''
    const named = this.#origins.get(host)
    if (named !== undefined) return named
    const port = String(socket.localPort)
    const name = host.endsWith(`:${port}`) ? host.slice(0, -port.length - 1) : port === '80' ? host : ''
    const address = asHostName(socket.localAddress ?? '')
    const isOwn = this.#names.has(name) || name === address || (isLoopback(address) && LOOPBACK_NAMES.includes(name))
    if (name !== '' && isOwn) return `http://${host}`
    throw new AppError(
      'origin-refused',
      `this server is not known as ${quoted(host)}: open it under its own address, or name the host when starting it`,
    )
  }
}

/** Before anything else is looked at. @throws {AppError} `origin-refused`, `invalid-argument` */
export function requireOwnOrigin(request: FastifyRequest, site: Site): void {
  requireOneHost(request)
  const own = site.originOf(request)
  const { origin } = request.headers
  if (origin !== undefined && origin !== own) throw foreign(quoted(origin))
  const fetchSite = request.headers['sec-fetch-site']
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') throw foreign('another site')
}

/**
 * A browser adds the cookie to what any page of this machine asks for, so who sends it must also show where it comes
 * from. Browsers tell the origin when they write and when they open a WebSocket, and the fetch site when they read from
 * loopback; from other addresses over plain HTTP they tell nothing, and SameSite and Cross-Origin-Resource-Policy are
 * what keeps other sites from reading.
 *
 * @throws {AppError} `origin-refused`
 */
export function requireOwnPage(request: FastifyRequest, credential: Credential): void {
  if (request.headers.origin !== undefined || credential === 'bearer') return
  if (request.ws) throw foreign('a page that does not say which it is')
  if (credential !== 'session') return
  const tellsSite = request.headers['sec-fetch-site'] !== undefined || !isLoopback(request.socket.localAddress ?? '')
  if (!READING.has(request.method) || !tellsSite) throw foreign('a page that does not say which it is')
}

/** Node keeps the first of several, a proxy before it perhaps the last (RFC 9112, 3.2: the answer is 400). */
function requireOneHost({ raw: { rawHeaders } }: FastifyRequest): void {
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
  if (count > 1) throw new AppError('invalid-argument', `the request has ${count} Host headers: send one`)
}

function foreign(from: string): AppError {
  return new AppError(
    'origin-refused',
    `the request came from ${from}, not from the studio's own page: type or paste the printed address instead of following a link`,
  )
}

function asHostName(host: string): string {
  const address = bareAddress(host).toLowerCase()
  return address.includes(':') ? `[${address}]` : address
}

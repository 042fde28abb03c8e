/**
 * Who may ask: whoever knows the token, as `Authorization: Bearer`, as `?token=`, or by the cookie that a page gets in
 * exchange for it. The cookie holds a random value and not the token, and ends with the server.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#shared/errors.ts'
import type { RateLimits } from './rate-limits.ts'

/** How a request showed that it may. */
export type Credential = 'bearer' | 'basic' | 'query' | 'session'

/** Browsers that are signed in at once; the one signed in longest ago has to do it again. */
const MAX_SESSIONS = 100

export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

export class Authenticator {
  readonly #tokenDigest: Buffer
  readonly #rateLimits: RateLimits
  /** Digests, so that looking one up tells nothing by the time it takes. */
  readonly #sessions = new Set<string>()

  /** @throws {AppError} `invalid-argument` */
  constructor({ token, rateLimits }: { token: string; rateLimits: RateLimits }) {
    if (token === '') throw new AppError('invalid-argument', 'the token is empty: then anybody would know it')
    this.#tokenDigest = digest(token)
    this.#rateLimits = rateLimits
  }

  /** @throws {AppError} `unauthorized`, `too-many-requests` */
  async authenticate(request: FastifyRequest): Promise<Credential> {
    if (await this.#hasBearer(request)) return 'bearer'
    const query = request.query as Record<string, unknown>
    if (query.token !== undefined) {
      await this.#requireToken(request, query.token)
      // routes check what they are asked for, and this is not for them
      delete query.token
      return 'query'
    }
    if (this.#hasSession(request)) return 'session'
    throw unauthorized('no token')
  }

  /**
   * Where only programs ask: the token as Bearer, or as the password of Basic, whatever the user's name, or as all of it.
   * What a browser adds by itself counts for nothing.
   *
   * @throws {AppError} `unauthorized`, `too-many-requests`
   */
  async authenticateProgram(request: FastifyRequest): Promise<Credential> {
    if (await this.#hasBearer(request)) return 'bearer'
    const basic = /^basic +(.*)$/i.exec(request.headers.authorization ?? '')?.[1]
    const password = /^(?:[^:]*:)?(.*)$/s.exec(Buffer.from(basic ?? '', 'base64').toString())?.[1] ?? ''
    // clients that nobody gave one send an empty one, which is no guess
    if (password === '') throw unauthorized('no token')
    await this.#requireToken(request, password)
    return 'basic'
  }

  /** The cookie in exchange for a token in the address: from now on that is not needed. */
  giveSession(request: FastifyRequest, reply: FastifyReply): void {
    if (this.#hasSession(request)) return
    const session = randomBytes(32).toString('base64url')
    for (const oldest of this.#sessions) {
      if (this.#sessions.size < MAX_SESSIONS) break
      this.#sessions.delete(oldest)
    }
    this.#sessions.add(digest(session).toString('base64'))
    reply.setCookie(cookieName(request), session, { httpOnly: true, sameSite: 'strict', path: '/' })
  }

  async #hasBearer(request: FastifyRequest): Promise<boolean> {
    const bearer = /^bearer +(.*)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer === undefined) return false
    await this.#requireToken(request, bearer)
    return true
  }

  #hasSession(request: FastifyRequest): boolean {
    const session = request.cookies[cookieName(request)]
    return session !== undefined && this.#sessions.has(digest(session).toString('base64'))
  }

  /** After too many wrong ones even the right one has to wait: who guesses must not learn by it. */
  async #requireToken(request: FastifyRequest, token: unknown): Promise<void> {
    await this.#rateLimits.requireFewWrongTokens(request)
    if (typeof token === 'string' && timingSafeEqual(digest(token), this.#tokenDigest)) return
    await this.#rateLimits.countWrongToken(request)
    throw unauthorized('a wrong token')
  }
}

/** Cookies ignore ports: two studios on one machine must not take each other's. */
function cookieName({ socket }: FastifyRequest): string {
  return `reprise-${socket.localPort ?? 0}`
}

/** Sends a browser to the same address without the token: it shall not stay in its history. */
export function redirectWithoutToken(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(withoutToken(request.url), 303)
}

function withoutToken(url: string): string {
  const [path, ...query] = url.split('?')
  const parameters = new URLSearchParams(query.join('?'))
  parameters.delete('token')
  // "//name/" would be another site
  return `/${path.replace(/^[/\\]+/, '')}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function unauthorized(found: string): AppError {
  return new AppError(
    'unauthorized',
    `the request had ${found}: open the address that reprise serve printed when it started, or send "Authorization: Bearer TOKEN"`,
  )
}

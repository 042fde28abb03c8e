/**
 * Who may ask: whoever knows the token, as `Authorization: Bearer`, as `?token=`, or by the cookie that a page gets in
 * exchange for it. The cookie does not hold the token but a random value that is signed with it: a browser stays signed in
 * when the server starts again, for as long as the token is the same.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#shared/errors.ts'
import type { RateLimits } from './rate-limits.ts'

/** How a request showed that it may. */
export type Credential = 'bearer' | 'basic' | 'query' | 'session'

/** A browser has to show the token again after so long. */
const SESSION_SECONDS = 180 * 24 * 3600

export class Authenticator {
  readonly #tokenDigest: Buffer
  readonly #sessionKey: Buffer
  readonly #rateLimits: RateLimits

  /** @throws {AppError} `invalid-argument` */
  constructor({ token, rateLimits }: { token: string; rateLimits: RateLimits }) {
    if (token === '') throw new AppError('invalid-argument', 'the token is empty: then anybody would know it')
    this.#tokenDigest = digest(token)
    this.#sessionKey = digest(`session ${token}`)
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

  /**
   * Looks at the token that a person typed into the sign-in page.
   *
   * @throws {AppError} `unauthorized`, `too-many-requests`
   */
  async authenticatePerson(request: FastifyRequest, token: string): Promise<void> {
    // sent by mistake, which is no guess
    if (token === '') throw unauthorized('no token')
    await this.#requireToken(request, token)
  }

  /** The cookie in exchange for a token: from now on that is not needed. */
  giveSession(request: FastifyRequest, reply: FastifyReply): void {
    if (this.#hasSession(request)) return
    const expiresAtSeconds = Math.floor(Date.now() / 1000) + SESSION_SECONDS
    const content = `${expiresAtSeconds}.${randomBytes(16).toString('base64url')}`
    reply.setCookie(cookieName(request), `${content}.${this.#sign(content).toString('base64url')}`, {
      httpOnly: true,
      sameSite: 'strict',
      path: '/',
      maxAge: SESSION_SECONDS,
    })
  }

  async #hasBearer(request: FastifyRequest): Promise<boolean> {
    const bearer = /^bearer +(.*)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer === undefined) return false
    await this.#requireToken(request, bearer)
    return true
  }

  #hasSession(request: FastifyRequest): boolean {
    const session = request.cookies[cookieName(request)]
    const parts = /^((\d{1,12})\.[\w-]+)\.([\w-]{43})$/.exec(session ?? '')
    if (parts === null) return false
    const [, content, expiresAtSeconds, signature] = parts
    if (Number(expiresAtSeconds) * 1000 < Date.now()) return false
    return timingSafeEqual(Buffer.from(signature, 'base64url'), this.#sign(content))
  }

  #sign(content: string): Buffer {
    return createHmac('sha256', this.#sessionKey).update(content).digest()
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

/** The address that a browser goes on to. */
export function withoutToken(url: string): string {
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

/** `reprise serve`: the whole studio over HTTP and WebSocket, for browsers and programs that know the token. */
import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance } from 'fastify'
import { AppError } from '#shared/errors.ts'
import { a1111Routes, isA1111Route, isStrangeToPrograms } from './a1111/a1111-routes.ts'
import { apiRoutes } from './api-routes.ts'
import { Authenticator, redirectWithoutToken } from './authenticate.ts'
import { requireOwnOrigin, requireOwnPage, Site } from './check-origin.ts'
import { limitConnections } from './connection-places.ts'
import { fromFastify, nothingHere, replyWithError, type OnInternalError } from './error-reply.ts'
import { fileRoutes } from './file-routes.ts'
import { bareAddress, isWildcard } from './host-address.ts'
import { isNavigation } from './navigation.ts'
import { pageRoutes } from './page-routes.ts'
import { createRateLimits } from './rate-limits.ts'
import { addFurtherHeaders, HELMET_OPTIONS } from './security-headers.ts'
import { isSignIn, signInRoute } from './sign-in-route.ts'
import type { ServedStudio } from './served-studio.ts'
import { enableSockets, SOCKET_PATH } from './socket-route.ts'
import { uploadRoute } from './upload-route.ts'
import { WEB_LIMITS, type WebLimits } from './web-limits.ts'

/** How often Node looks for connections that are late. */
const CHECK_CONNECTIONS_MS = 5_000

export interface WebServerOptions {
  studio: ServedStudio
  /** Address or name to listen at. See `checkExposure` first. */
  host: string
  /** 0: any that is free. */
  port: number
  token: string
  /** Further names under which people reach it, such as a proxy's; see `Site`. */
  allowedHosts?: readonly string[]
  /** The built panels. Absent: a plain page. */
  pagesDir?: string
  /** Answers to A1111's API as well; see a1111-routes.ts. */
  a1111?: boolean
  limits?: Partial<WebLimits>
  onInternalError?: OnInternalError
}

export interface WebServer {
  /** Without the token. */
  readonly url: string
  /** What to open in a browser: it signs in. */
  readonly signInUrl: string
  /** Lets what is in flight finish, for a few seconds. */
  close(): Promise<void>
}

/** @throws {AppError} `invalid-argument`; and Node's errors of listening, such as EADDRINUSE */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const limits = { ...WEB_LIMITS, ...options.limits }
  const site = new Site({ host: options.host, allowedHosts: options.allowedHosts ?? [] })
  const app = createApp(limits)
  const state = { isClosing: false }
  try {
    await addRoutes(app, site, limits, state, options)
    const host = options.host === 'localhost' ? '127.0.0.1' : bareAddress(options.host)
    await app.listen({ host, port: options.port })
  } catch (error) {
    await app.close()
    throw error
  }
  const url = urlOf(options.host, (app.server.address() as AddressInfo).port)
  return {
    url,
    signInUrl: `${url}?token=${encodeURIComponent(options.token)}`,
    async close() {
      state.isClosing = true
      const deadline = setTimeout(() => {
        app.server.closeAllConnections()
      }, limits.closeTimeoutMs)
      await app.close()
      clearTimeout(deadline)
    },
  }
}

function createApp(limits: WebLimits): FastifyInstance {
  const app = fastify({
    requestTimeout: limits.requestTimeoutMs,
    // refused below, as an error of the contract
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, CHECK_CONNECTIONS_MS),
    },
    // addresses that are none come past all hooks
    frameworkErrors: (_error, request, reply) => {
      replyWithError(nothingHere(), request, reply)
    },
  })
  app.removeAllContentTypeParsers()
  return app
}

/** Hooks first: a scope only has those that were there before it. */
async function addRoutes(
  app: FastifyInstance,
  site: Site,
  limits: WebLimits,
  state: { readonly isClosing: boolean },
  { studio, token, pagesDir, a1111 = false, onInternalError = () => undefined }: WebServerOptions,
): Promise<void> {
  await app.register(helmet, HELMET_OPTIONS)
  addFurtherHeaders(app)
  await app.register(cookie)
  await app.register(rateLimit, { global: false })
  const socketRoute = await enableSockets(app, { studio, limits, onInternalError })
  const rateLimits = createRateLimits(app, limits)
  const places = limitConnections(app.server, limits.connections)
  const authenticator = new Authenticator({ token, rateLimits })

  app.setErrorHandler((thrown, request, reply) => {
    const error = fromFastify(thrown, request)
    if (error.code === 'internal') onInternalError(error, `${request.method} ${request.url.split('?', 1)[0]}`)
    return replyWithError(error, request, reply)
  })
  app.addHook('onRequest', async (request, reply) => {
    // a proxy is asked with whole addresses, and this is none
    if (!request.url.startsWith('/')) throw nothingHere()
    requireOwnOrigin(request, site)
    if (state.isClosing) throw new AppError('connection-lost', 'the studio is closing')
    await rateLimits.requireFewRequests(request)
    if (isSignIn(request)) return
    if (a1111 && isStrangeToPrograms(request)) {
      await authenticator.authenticateProgram(request)
      places.confirm(request.socket)
      return reply.status(404).send({ detail: 'Not Found' })
    }
    const credential = isA1111Route(request)
      ? await authenticator.authenticateProgram(request)
      : await authenticator.authenticate(request)
    places.confirm(request.socket)
    requireOwnPage(request, credential)
    if (request.ws && request.routeOptions.url !== SOCKET_PATH) throw nothingHere()
    if (credential !== 'query') return
    const isPerson = isNavigation(request)
    const isStartPage = request.url.split('?', 1)[0] === '/'
    // not for each call of a script: its cookies would push out those of browsers
    if (isPerson || isStartPage) authenticator.giveSession(request, reply)
    if (isPerson) return redirectWithoutToken(request, reply)
  })
  app.setNotFoundHandler(() => {
    throw nothingHere()
  })

  const scopes = [
    socketRoute,
    (scope: FastifyInstance) => {
      apiRoutes(scope, studio, limits)
    },
    (scope: FastifyInstance) => {
      uploadRoute(scope, studio, limits)
    },
    (scope: FastifyInstance) => {
      signInRoute(scope, authenticator)
    },
    (scope: FastifyInstance) => {
      if (a1111) a1111Routes(scope, { studio, limits, onInternalError })
    },
  ]
  for (const addTo of scopes) {
    await app.register((scope, _options, done) => {
      addTo(scope)
      done()
    })
  }
  fileRoutes(app, studio)
  await pageRoutes(app, site, pagesDir)
}

function urlOf(host: string, port: number): string {
  const address = bareAddress(host)
  const isV6 = address.includes(':')
  const reachable = isWildcard(address) ? (isV6 ? '::1' : '127.0.0.1') : address
  return `http://${isV6 ? `[${reachable}]` : reachable}:${port}/`
}

/** How much one address may ask for in a minute, and how often it may be wrong about the token. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '#shared/errors.ts'
import type { WebLimits } from './web-limits.ts'

const MINUTE_MS = 60_000

export interface RateLimits {
  /** @throws {AppError} `too-many-requests` */
  requireFewRequests(request: FastifyRequest): Promise<void>
  /** @throws {AppError} `too-many-requests` */
  requireFewWrongTokens(request: FastifyRequest): Promise<void>
  countWrongToken(request: FastifyRequest): Promise<void>
}

/** @param app with @fastify/rate-limit */
export function createRateLimits(app: FastifyInstance, limits: WebLimits): RateLimits {
  const requests = app.createRateLimit({ max: limits.requestsPerMinute, timeWindow: MINUTE_MS })
  const wrongTokens = app.createRateLimit({ max: limits.wrongTokensPerMinute, timeWindow: MINUTE_MS })
  return {
    async requireFewRequests(request) {
      const state = await requests(request)
      if (!state.isAllowed && state.isExceeded) throw tooMany('requests', state.ttlInSeconds)
    },
    async requireFewWrongTokens(request) {
      const state = await wrongTokens(request, { increment: false })
      if (!state.isAllowed && state.remaining === 0) throw tooMany('wrong tokens', state.ttlInSeconds)
    },
    async countWrongToken(request) {
      await wrongTokens(request)
    },
  }
}

function tooMany(what: string, retryAfterSeconds: number): AppError {
  return new AppError('too-many-requests', `too many ${what} in a minute: wait ${retryAfterSeconds} s`, {
    data: { retryAfterSeconds },
  })
}

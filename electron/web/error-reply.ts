/** Every failure as the contract's error with a fitting status, or as a small page for a person. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError, quoted, type WireError } from '#shared/errors.ts'
import { HTTP_STATUS } from '../services/contract/http-status.ts'
import { errorPage } from './landing-page.ts'
import { isNavigation } from './navigation.ts'
import { asksToSignIn, replyWithSignIn } from './sign-in-reply.ts'

/** Told to whoever runs the server: what failed and was not foreseen, and where. Neither has addresses or tokens in it. */
export type OnInternalError = (error: AppError, place: string) => void

/** What leaves the server. Of what was not foreseen nobody knows what its message gives away: it stays here. */
export function toPublicError(error: AppError): WireError {
  if (error.code !== 'internal') return error.toWire()
  return new AppError(
    'internal',
    'something failed that was not foreseen; where reprise serve runs it says more',
  ).toWire()
}

export function nothingHere(): AppError {
  return new AppError('not-found', 'there is nothing at this address')
}

/** What Fastify itself refuses, as one of the contract's errors. */
export function fromFastify(thrown: unknown, request: FastifyRequest): AppError {
  if (!(thrown instanceof Error) || thrown instanceof AppError) return AppError.from(thrown)
  const { statusCode, message } = thrown as Error & { statusCode?: number }
  if (statusCode === 413) {
    const { bodyLimit: maxBytes } = request.routeOptions
    const limit = `${(maxBytes / 2 ** 20).toFixed(1).replace('.0', '')} MiB`
    return new AppError(
      'request-too-large',
      `the request has more than the ${limit} that are taken here: send less at once, or a smaller image`,
      { data: { maxBytes }, cause: thrown },
    )
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError('invalid-argument', `the request cannot be read: ${quoted(message)}`, { cause: thrown })
  }
  return AppError.from(thrown)
}

export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = fromFastify(thrown, request)
  if (asksToSignIn(error, request)) return replyWithSignIn(error, request, reply)
  const wire = beginErrorReply(error, request, reply)
  if (isNavigation(request)) return reply.type('text/html; charset=utf-8').send(errorPage(wire))
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(wire))
}

/** Status and headers of the answer; @returns what its body may say */
export function beginErrorReply(error: AppError, request: FastifyRequest, reply: FastifyReply): WireError {
  const { retryAfterSeconds } = error.data
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds)
  if (error.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer')
  if (request.raw.complete || isBigFromFriend(error)) void reply.removeHeader('connection')
  // the rest of a refused request is not waited for
  else void reply.header('connection', 'close')
  void reply.status(HTTP_STATUS[error.code]).header('cache-control', 'no-store')
  return toPublicError(error)
}

/**
 * Many programs read the answer only after they have sent everything, and see nothing but a broken connection if that
 * ends before. What still comes is thrown away. Both are said to those alone who know the token.
 */
function isBigFromFriend({ code, data }: AppError): boolean {
  return code === 'request-too-large' || (code === 'too-many-requests' && data.retryAfterSeconds === undefined)
}

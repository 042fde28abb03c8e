/** Every failure as the contract's error with a fitting status, or as a small page for a person. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError, quoted, type ErrorCode, type WireError } from '#shared/errors.ts'
import { errorPage } from './landing-page.ts'
import { isNavigation } from './navigation.ts'

const STATUS: Record<ErrorCode, number> = {
  'invalid-argument': 400,
  'prompt-missing': 400,
  'prompt-file-invalid': 400,
  'input-count-mismatch': 400,
  'seed-out-of-range': 400,
  'seed-count-mismatch': 400,
  'size-not-divisible': 400,
  'steps-out-of-range': 400,
  'strength-out-of-range': 400,
  'trace-sizes-differ': 400,
  // the request is right, but what it names cannot be used
  'model-not-found': 422,
  'model-component-missing': 422,
  'model-config-invalid': 422,
  'architecture-unsupported': 422,
  'weights-invalid': 422,
  'tensor-missing': 422,
  'tensor-shape-mismatch': 422,
  'dtype-unsupported': 422,
  'tokenizer-invalid': 422,
  'image-not-found': 404,
  'image-invalid': 422,
  'image-too-large': 422,
  'image-file-missing': 410,
  'not-finite': 422,
  'shape-mismatch': 500,
  'memory-limit-too-small': 422,
  'out-of-memory': 503,
  cancelled: 503,
  'output-not-writable': 500,
  'disk-full': 507,
  'not-found': 404,
  'name-taken': 409,
  'state-conflict': 409,
  'data-folder-busy': 503,
  'database-newer': 500,
  'database-corrupt': 500,
  'download-failed': 502,
  'download-refused': 502,
  'download-invalid': 502,
  'engine-died': 503,
  'engine-hung': 503,
  'engine-protocol': 500,
  unauthorized: 401,
  'origin-refused': 403,
  'procedure-unknown': 404,
  'request-too-large': 413,
  'too-many-requests': 429,
  'connection-lost': 503,
  internal: 500,
}

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
export function fromFastify(thrown: unknown): AppError {
  if (!(thrown instanceof Error) || thrown instanceof AppError) return AppError.from(thrown)
  const { statusCode, message } = thrown as Error & { statusCode?: number }
  if (statusCode === 413)
    return new AppError('request-too-large', 'the request has more bytes than are taken', { cause: thrown })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError('invalid-argument', `the request cannot be read: ${quoted(message)}`, { cause: thrown })
  }
  return AppError.from(thrown)
}

export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = fromFastify(thrown)
  const wire = toPublicError(error)
  const { retryAfterSeconds } = error.data
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds)
  if (error.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer')
  // the rest of a refused request is not waited for
  if (!request.raw.complete) void reply.header('connection', 'close')
  void reply.status(STATUS[error.code]).header('cache-control', 'no-store')
  if (isNavigation(request)) return reply.type('text/html; charset=utf-8').send(errorPage(wire))
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(wire))
}

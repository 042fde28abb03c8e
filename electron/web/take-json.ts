import type { FastifyBodyParser, FastifyInstance } from 'fastify'
import { hasFewValues, MAX_JSON_VALUES, tooManyValues } from '#shared/bounded-json.ts'
import { parseExact } from '#shared/exact-json.ts'
import { AppError, quoted } from '#shared/errors.ts'

export interface JsonOptions {
  readonly maxValues?: number
  /**
   * Takes a body without a Content-Type as JSON, and `application/…+json`, as FastAPI does. Only for routes that take no
   * cookie: a page of another site can send such a request without being asked first.
   */
  readonly isLenient?: boolean
}

/** An integer of so many digits may be beyond 2^53. */
const LONG_INTEGER = /\d{16}/

/** JSON as bodies of a scope's routes; an empty body is none. Keys that poison objects are refused, no integer is rounded. */
export function takeJson(
  app: FastifyInstance,
  { isLenient = false, maxValues = MAX_JSON_VALUES }: JsonOptions = {},
): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  const parse: FastifyBodyParser<string> = (request, text, done) => {
    if (text === '') done(null, undefined)
    else if (!hasFewValues(text, maxValues)) done(tooManyValues(maxValues))
    else if (!LONG_INTEGER.test(text)) void parseJson(request, text, done)
    else {
      void parseJson(request, text, (error) => {
        done(error, error === null ? parseExact(text) : undefined)
      })
    }
  }
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parse)
  if (!isLenient) return
  app.addContentTypeParser(/^application\/[\w.-]+\+json\b/i, { parseAs: 'string' }, parse)
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const type = request.headers['content-type']
    if (type === undefined || type === '') parse(request, body as string, done)
    else {
      const found = quoted(type)
      done(new AppError('invalid-argument', `the body is ${found}: send JSON, with "Content-Type: application/json"`))
    }
  })
}

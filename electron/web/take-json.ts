import type { FastifyInstance } from 'fastify'

/** JSON as bodies of a scope's routes; an empty body is none. Keys that poison objects are refused. */
export function takeJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parseJson(request, body as string, done)
  })
}

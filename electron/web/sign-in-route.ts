/** Takes the token that a person typed into the sign-in page, at whatever address that stands. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '#shared/errors.ts'
import { withoutToken, type Authenticator } from './authenticate.ts'
import { nothingHere } from './error-reply.ts'
import { replyWithSignIn } from './sign-in-reply.ts'

const FORM_TYPE = 'application/x-www-form-urlencoded'
/** Tokens are short. */
const BODY_BYTES = 4_096

/** A form that a browser sends from the sign-in page: the only request that needs no token. */
export function isSignIn(request: FastifyRequest): boolean {
  const isForm = request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase() === FORM_TYPE
  return request.method === 'POST' && request.routeOptions.url === '/*' && isForm
}

export function signInRoute(app: FastifyInstance, authenticator: Authenticator): void {
  app.addContentTypeParser(FORM_TYPE, { parseAs: 'string', bodyLimit: BODY_BYTES }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)))
  })
  app.post<{ Body: URLSearchParams }>(
    '/*',
    { bodyLimit: BODY_BYTES, onRequest: requireSignIn },
    async (request, reply) => {
      try {
        await authenticator.authenticatePerson(request, (request.body.get('token') ?? '').trim())
      } catch (thrown) {
        return replyWithSignIn(AppError.from(thrown), request, reply)
      }
      authenticator.giveSession(request, reply)
      return reply.redirect(withoutToken(request.url), 303)
    },
  )
}

function requireSignIn(request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  done(isSignIn(request) ? undefined : nothingHere())
}

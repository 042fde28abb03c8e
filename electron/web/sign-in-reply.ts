/** Answers with the sign-in page who is not signed in, or was wrong about the token. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '#shared/errors.ts'
import { HTTP_STATUS } from '../services/contract/http-status.ts'
import { SIGN_IN_POLICY } from '../services/pages/content-policy.ts'
import { isNavigation } from './navigation.ts'
import { signInPage, type SignInProblem } from './sign-in-page.ts'

/** Whether a failure is answered with the sign-in page. */
export function asksToSignIn({ code }: AppError, request: FastifyRequest): boolean {
  return code === 'unauthorized' && isNavigation(request)
}

export function replyWithSignIn(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // who only has no token yet made no mistake
  const problem: SignInProblem | undefined = error.code === 'unauthorized' && !isGuess(request) ? undefined : error
  if (error.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer')
  return reply
    .status(HTTP_STATUS[error.code])
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': SIGN_IN_POLICY,
      // with "no-referrer" the browser would not say that the form is ours
      'referrer-policy': 'same-origin',
    })
    .type('text/html; charset=utf-8')
    .send(signInPage(request.headers['accept-language'], problem))
}

/** Whether the request had something in the place of a token. */
function isGuess(request: FastifyRequest): boolean {
  const query = request.query as Record<string, unknown>
  return request.method === 'POST' || query.token !== undefined || request.headers.authorization !== undefined
}

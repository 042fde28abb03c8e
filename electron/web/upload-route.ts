/** POST /inputs: the bytes of an image file, for image-to-image. The answer is that of inputs.add. */
import type { FastifyInstance } from 'fastify'
import { AppError } from '#shared/errors.ts'
import type { ServedStudio } from './served-studio.ts'
import type { WebLimits } from './web-limits.ts'

/** For a scope of its own: pictures are all that it takes. What they really are, inputs.add finds out. */
export function uploadRoute(app: FastifyInstance, { router }: ServedStudio, limits: WebLimits): void {
  app.addContentTypeParser(/^(image\/|application\/octet-stream\b)/, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  let running = 0
  app.addHook('onRequest', (_request, reply, done) => {
    if (running >= limits.uploadsAtOnce) {
      done(new AppError('too-many-requests', `${running} uploads are under way: wait until one of them is done`))
      return
    }
    running += 1
    reply.raw.once('close', () => (running -= 1))
    done()
  })

  app.post('/inputs', { bodyLimit: limits.inputBytes }, async (request, reply) => {
    if (!(request.body instanceof Uint8Array)) {
      throw new AppError(
        'invalid-argument',
        'the request lacks the bytes of an image, and their "Content-Type: image/…"',
      )
    }
    const input = await router.call('inputs.add', { bytes: request.body })
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(input))
  })
}

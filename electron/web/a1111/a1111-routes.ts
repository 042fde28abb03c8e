/**
 * The HTTP API of AUTOMATIC1111's web UI, as far as SillyTavern, Open WebUI and programs like them use it
 * (docs/guide/a1111-api.md). Everything goes through the studio's contract: images are made by its queue, and are in its
 * history.
 */
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import { createClient } from '#shared/contract/client.ts'
import { AppError } from '#shared/errors.ts'
import { stringifyExact } from '#shared/exact-json.ts'
import type { OnInternalError } from '../error-reply.ts'
import type { ServedStudio } from '../served-studio.ts'
import { takeJson } from '../take-json.ts'
import type { WebLimits } from '../web-limits.ts'
import { fieldsError, replyWithA1111Error } from './a1111-error.ts'
import { ISSUE_TYPES } from './fields.ts'
import { generationEndpoints } from './generation-endpoints.ts'
import { GenerationRequests } from './generation-requests.ts'
import { listEndpoints } from './list-endpoints.ts'
import { openApi } from './openapi.ts'
import { optionsEndpoints } from './options-endpoints.ts'
import { pngInfoEndpoint } from './png-info-endpoint.ts'
import { refuseDeep } from './refuse-deep.ts'

/** Whether it is one of the addresses below: programs ask there, and pages do not. */
export function isA1111Route({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return /^\/(sdapi|internal)\//.test(url) || url === '/openapi.json'
}

/**
 * Whether a program that sends A1111's password asks for what is nowhere here: addresses of extensions, of Gradio, or of
 * other programs, to find out what there is. It takes 404 for "not installed" and 401 for "the password is wrong".
 */
export function isStrangeToPrograms(request: FastifyRequest): boolean {
  const { is404, routeOptions, headers } = request
  // pages are for browsers
  const isNoRoute = is404 || routeOptions.url === '/*' || routeOptions.url === '/'
  return isNoRoute && /^basic /i.test(headers.authorization ?? '')
}

export interface A1111Options {
  readonly studio: ServedStudio
  readonly limits: WebLimits
  readonly onInternalError: OnInternalError
}

/** Of a body without images. */
const LIGHT_BYTES = 1024 * 1024

/** Of a body: the scripts of clients have some hundred, and each image is one. */
const MAX_VALUES = 20_000

/** For a scope of its own: its errors have another form. */
export function a1111Routes(app: FastifyInstance, { studio, limits, onInternalError }: A1111Options): void {
  const client = createClient((name, input) => studio.router.call(name, input))
  const requests = new GenerationRequests({ client, bus: studio.bus })
  app.addHook('preClose', (done) => {
    requests.close()
    done()
  })
  app.setErrorHandler((thrown, request, reply) => {
    return replyWithA1111Error(thrown, request, reply, onInternalError)
  })
  takeJson(app, { isLenient: true, maxValues: MAX_VALUES })
  const endpoints = [
    ...generationEndpoints({ client, files: studio.files, requests, maxImages: limits.a1111Images }),
    ...optionsEndpoints(client),
    ...listEndpoints(),
    pngInfoEndpoint(),
  ]
  const takePlace = placesAtOnce(limits.a1111Requests)
  for (const { method, path, body, isHeavy = false, handle } of endpoints) {
    app.route({
      method,
      url: path,
      bodyLimit: isHeavy ? limits.jsonBytes : LIGHT_BYTES,
      ...(isHeavy && { onRequest: takePlace }),
      handler: async (request, reply) => {
        refuseDeep(request.body)
        const parsed = body?.safeParse(request.body ?? {})
        if (parsed?.success === false) throw fieldsError(parsed.error, ISSUE_TYPES)
        const answer = await handle(parsed?.data, request, reply)
        return reply.type('application/json; charset=utf-8').send(stringifyExact(answer))
      },
    })
  }
  const description = openApi(endpoints)
  app.get('/openapi.json', () => description)
  app.all('/sdapi/*', (_request, reply) => reply.status(404).send({ detail: 'Not Found' }))
}

/** Refused before their bodies are read. */
function placesAtOnce(limit: number): onRequestHookHandler {
  let taken = 0
  return (_request, reply, done) => {
    if (taken >= limit) {
      done(new AppError('too-many-requests', `${taken} requests wait already: ask again when one of them is done`))
      return
    }
    taken += 1
    reply.raw.once('close', () => (taken -= 1))
    done()
  }
}

/**
 * Procedures over plain HTTP: POST /api/AREA.PROCEDURE with a JSON body. The answer is 200 with the output as JSON, 204
 * if there is none, or the contract's error. The one output with bytes, that of history.export, is sent as the file
 * itself, with its name and type in the headers; bytes as input go to POST /inputs.
 */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Bytes } from '#shared/contract/values.ts'
import { AppError } from '#shared/errors.ts'
import { parseWith, ZipRequest } from '../services/contract/route-parameters.ts'
import { attachment, sendAttachment } from './send-file.ts'
import type { ServedStudio } from './served-studio.ts'
import { FILE_POLICY } from '../services/pages/content-policy.ts'
import { takeJson } from './take-json.ts'
import type { WebLimits } from './web-limits.ts'

const FileOutput = z.object({ bytes: Bytes, fileName: z.string(), mimeType: z.string() })

/** For a scope of its own: JSON is all that its routes take. A form or plain text could come from any page. */
export function apiRoutes(app: FastifyInstance, studio: ServedStudio, limits: WebLimits): void {
  takeJson(app)
  const { jsonBytes: bodyLimit } = limits
  app.addHook('onRequest', (request, _reply, done) => {
    // a request without a type and a body would not be stopped for its type
    if (request.headers['content-type'] !== undefined) done()
    else done(new AppError('invalid-argument', 'the request lacks "Content-Type: application/json"'))
  })

  app.post<{ Params: { procedure: string } }>('/api/:procedure', { bodyLimit }, async (request, reply) => {
    const output = await studio.router.call(request.params.procedure, request.body)
    if (output === undefined) return reply.status(204).send()
    const file = FileOutput.safeParse(output)
    if (file.success) return sendAttachment(reply, file.data)
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(output))
  })

  app.post('/export', { bodyLimit }, (request, reply) => {
    const { ids, options } = parseWith(ZipRequest, request.body, 'the export')
    void reply.header('content-security-policy', FILE_POLICY).type('application/zip')
    return reply
      .header('content-disposition', attachment('reprise-images.zip'))
      .send(studio.files.exportZip(ids, options))
  })
}

/** Pictures by id or hash; a path is never taken. */
import type { FastifyInstance } from 'fastify'
import { ExportQuery, parseId, parseWith } from '../services/contract/route-parameters.ts'
import { FILE_ROUTES, fileAt } from '../services/studio/file-at.ts'
import { nothingHere } from './error-reply.ts'
import { sendAttachment, sendFile } from './send-file.ts'
import type { ServedStudio } from './served-studio.ts'

export function fileRoutes(app: FastifyInstance, { files, router }: ServedStudio): void {
  for (const route of FILE_ROUTES) {
    app.get(route, async (request, reply) => {
      const file = await fileAt(files, request.url.split('?', 1)[0], request.query)
      if (file === undefined) throw nothingHere()
      return sendFile(request, reply, file)
    })
  }

  app.get<{ Params: { id: string } }>('/images/:id/export', async (request, reply) => {
    const id = parseId(request.params.id)
    const options = parseWith(ExportQuery, request.query, 'the export')
    const exported = await router.call('history.export', { id, options })
    return sendAttachment(reply, exported as Parameters<typeof sendAttachment>[1])
  })
}

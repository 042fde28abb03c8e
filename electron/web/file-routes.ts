/** Pictures by id or hash; a path is never taken. */
import type { FastifyInstance } from 'fastify'
import type { ServedStudio } from './served-studio.ts'
import { ExportQuery, parseHash, parseId, parseWith, ThumbnailQuery } from './route-parameters.ts'
import { sendAttachment, sendFile } from './send-file.ts'

interface ById {
  Params: { id: string }
}

export function fileRoutes(app: FastifyInstance, { files, router }: ServedStudio): void {
  app.get<ById>('/images/:id', async (request, reply) => {
    const id = parseId(request.params.id)
    return sendFile(request, reply, await files.image(id), `image-${id}`)
  })

  app.get<ById>('/images/:id/thumbnail', async (request, reply) => {
    const id = parseId(request.params.id)
    const { size } = parseWith(ThumbnailQuery, request.query, 'the thumbnail')
    return sendFile(request, reply, await files.thumbnail(id, size), `thumbnail-${id}-${size}`)
  })

  app.get<ById>('/images/:id/export', async (request, reply) => {
    const id = parseId(request.params.id)
    const options = parseWith(ExportQuery, request.query, 'the export')
    const exported = await router.call('history.export', { id, options })
    return sendAttachment(reply, exported as Parameters<typeof sendAttachment>[1])
  })

  app.get<{ Params: { hash: string } }>('/inputs/:hash', async (request, reply) => {
    const hash = parseHash(request.params.hash)
    return sendFile(request, reply, await files.input(hash), `input-${hash}`)
  })

  app.get<ById>('/verdicts/:id/difference', async (request, reply) => {
    const id = parseId(request.params.id)
    return sendFile(request, reply, await files.difference(id), `difference-${id}`)
  })
}

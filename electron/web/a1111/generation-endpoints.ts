/** Making images: txt2img and img2img, and what there is to ask and to say while they run. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { ServedStudio } from '../served-studio.ts'
import { command, get, post, type Endpoint } from './endpoint.ts'
import { ImageToImageFields, TextToImageFields, type CommonFields } from './generation-fields.ts'
import { generationReply } from './generation-reply.ts'
import type { GenerationRequests } from './generation-requests.ts'
import { newImageToImage, newTextToImage, type NewGeneration } from './new-generation.ts'
import { progressReply } from './progress-reply.ts'

export interface GenerationDeps {
  readonly client: ContractClient
  readonly files: ServedStudio['files']
  readonly requests: GenerationRequests
  readonly maxImages: number
}

export function generationEndpoints(deps: GenerationDeps): Endpoint[] {
  const { requests } = deps
  const run = async (fields: CommonFields, making: Promise<NewGeneration>, left: AbortSignal): Promise<object> => {
    const { job, notes } = await making
    return generationReply(await requests.run(job, left), fields, notes, deps)
  }
  return [
    {
      ...post('txt2img', 'Images from a prompt', TextToImageFields, (fields, _request, reply) =>
        run(fields, newTextToImage(fields, deps), whenGone(reply)),
      ),
      isHeavy: true,
    },
    {
      ...post('img2img', 'Images from a prompt and an image', ImageToImageFields, (fields, _request, reply) =>
        run(fields, newImageToImage(fields, deps), whenGone(reply)),
      ),
      isHeavy: true,
    },
    get('progress', 'How far the running request is', async (_body, { query }: FastifyRequest) => {
      const { skip_current_image: skip } = query as Record<string, unknown>
      const isSkipped = typeof skip === 'string' && ['true', '1', 'yes', 'on'].includes(skip.toLowerCase())
      return progressReply(await requests.current(), !isSkipped)
    }),
    command('interrupt', 'Stops the running request; what was made of it is sent', () => requests.interrupt()),
    command('skip', 'Leaves out the images in hand', () => requests.skip()),
  ]
}

/** Aborted if the connection ends before the answer. */
function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}

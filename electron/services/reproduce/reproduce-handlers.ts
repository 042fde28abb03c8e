/** The contract's `reproduce`. */
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { reproduceContract } from '#shared/contract/reproduce.ts'
import { AppError } from '#shared/errors.ts'
import type { JobRequest } from '../../db/job-record.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { JobsService } from '../jobs/jobs-service.ts'
import type { Reproduction } from './reproduction.ts'
import { verdictView } from './verdict-view.ts'

interface ReproduceDeps {
  readonly db: StudioDatabase
  readonly bus: EventBus
  readonly reproduction: Pick<Reproduction, 'request' | 'restoreWhenExact'>
  readonly jobs: Pick<JobsService, 'get'>
}

export function createReproduceHandlers({
  db,
  bus,
  reproduction,
  jobs,
}: ReproduceDeps): Handlers<typeof reproduceContract> {
  return {
    start: ({ imageIds, restoreFiles = false }) => {
      const images = [...new Set(imageIds)].map((id) => db.read.images.getOwn(id))
      const request = jointRequest(
        images.map(
          ({ id }) =>
            () =>
              reproduction.request(id),
        ),
      )
      const items = images.map(({ id, prompt, negativePrompt, seed, inputImageHash }) => ({
        prompt,
        negativePrompt,
        seed,
        ...(inputImageHash !== undefined && { inputHash: inputImageHash }),
        reproducesImageId: id,
      }))
      if (restoreFiles) reproduction.restoreWhenExact(imageIds)
      const jobId = db.transaction((write) => {
        const id = write.jobs.add(request, items, Date.now())
        write.jobs.moveToFront(id)
        return id
      })
      const job = jobs.get(jobId)
      bus.emit('job.changed', { job })
      return job
    },
    verdicts: ({ imageId }) => {
      db.read.images.get(imageId)
      return db.read.verdicts.ofImage(imageId).map(verdictView)
    },
  }
}

const SETTING_NAMES = GenerationSettingsSchema.keyof().options

/**
 * What the job shows: model and kind of its first image, and the settings that all have in common; each item is run by
 * its own image's. An image that cannot be made again fails when its turn comes and does not hold up the others.
 *
 * @throws {AppError} why not, if none of them can be made again
 */
function jointRequest(requests: (() => JobRequest)[]): JobRequest {
  const found: JobRequest[] = []
  let firstError: unknown
  for (const request of requests) {
    try {
      found.push(request())
    } catch (error) {
      firstError ??= error
    }
  }
  const first = found.at(0)
  if (first === undefined) throw AppError.from(firstError)
  const { kind, modelDir, ...rest } = first
  const common = SETTING_NAMES.filter((name) => found.every((request) => request[name] === rest[name]))
  return { kind, modelDir, ...Object.fromEntries(common.map((name) => [name, rest[name]])) }
}

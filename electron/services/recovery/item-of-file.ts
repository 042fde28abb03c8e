/** The unfinished item of the queue that an image file was made for, told by its name and proven by its settings. */
import { isDeepStrictEqual } from 'node:util'
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import type { ImageSettings } from '#shared/generation.ts'
import { PROVIDER_OF } from '#shared/names.ts'
import type { JobItemRecord, JobRequest } from '../../db/job-record.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { itemOfFileName } from '../images/item-file-name.ts'

export function itemOfFile(db: StudioDatabase, fileName: string, image: ImageSettings): JobItemRecord | undefined {
  const place = itemOfFileName(fileName)
  const item = place && db.read.jobItems.findInJob(place.jobId, place.itemIndex)
  if (item === undefined || (item.state !== 'queued' && item.state !== 'running')) return undefined
  const job = db.read.jobs.get(item.jobId)
  return !job.isReproduction && isOfItem(image, item) && isOfRequest(image, job.request) ? item : undefined
}

function isOfItem(image: ImageSettings, item: JobItemRecord): boolean {
  return (
    // the database keeps well-formed text only
    image.prompt.toWellFormed() === item.prompt &&
    image.negativePrompt.toWellFormed() === item.negativePrompt &&
    image.seed === item.seed &&
    image.inputImageHash === item.inputHash
  )
}

const ASKED = ['kind', ...GenerationSettingsSchema.omit({ arithmetic: true }).keyof().options] as const

/** What the request leaves out came from the model. */
function isOfRequest(image: ImageSettings, request: JobRequest): boolean {
  const { arithmetic } = request
  if (arithmetic !== undefined && PROVIDER_OF[arithmetic] !== image.provider) return false
  return ASKED.every((name) => request[name] === undefined || isDeepStrictEqual(request[name], image[name]))
}

/** Jobs and items as the contract shows them. */
import { basename } from 'node:path'
import { GenerationSettingsSchema, type ItemView, type JobView } from '#shared/contract/jobs.ts'
import { hidePaths } from '#shared/hide-paths.ts'
import type { JobItemRecord, JobRecord } from '../../db/job-record.ts'
import type { Readers } from '../../db/studio-database.ts'

/** Of a job's images, in its line of the queue. */
const SHOWN_IMAGES = 4

/** Prompts of a job never change, and counting those of a large one takes a while. */
const promptCounts = new WeakMap<Readers, Map<number, number>>()

/** Characters. */
const MAX_TITLE = 120

/** Without what a request has beside them: the model's folder, threads, … */
const SettingsOfRequest = GenerationSettingsSchema.strip()

export function jobView(read: Readers, { request, ...job }: JobRecord): JobView {
  const model = read.models.findByPath(request.modelDir)
  return {
    ...job,
    warnings: job.warnings.map(hidePaths),
    kind: request.kind,
    title: titleOf(read.jobItems.ofJob(job.id, 1).at(0)?.prompt ?? ''),
    promptCount: promptCountOf(read, job.id),
    imageIds: read.jobItems.firstImagesOf(job.id, SHOWN_IMAGES),
    ...(model && { modelId: model.id }),
    modelName: model?.name ?? basename(request.modelDir),
    settings: SettingsOfRequest.parse(request),
  }
}

export function itemView(item: JobItemRecord): ItemView {
  return {
    id: item.id,
    jobId: item.jobId,
    itemIndex: item.itemIndex,
    state: item.state,
    prompt: item.prompt,
    negativePrompt: item.negativePrompt,
    seed: item.seed,
    ...(item.inputHash !== undefined && { inputHash: item.inputHash }),
    attempts: item.attempts,
    crashCount: item.crashCount,
    error: item.error,
    startedAtMs: item.startedAtMs,
    finishedAtMs: item.finishedAtMs,
    imageId: item.imageId,
    reproducesImageId: item.reproducesImageId,
    verdictId: item.verdictId,
  }
}

function promptCountOf(read: Readers, jobId: number): number {
  const known = promptCounts.get(read) ?? new Map<number, number>()
  promptCounts.set(read, known)
  const count = known.get(jobId) ?? read.jobItems.promptCountOf(jobId)
  known.set(jobId, count)
  return count
}

function titleOf(prompt: string): string {
  // by code points: half of an emoji is not text
  const characters = Array.from(prompt.slice(0, 2 * MAX_TITLE + 2))
  return characters.length <= MAX_TITLE ? prompt : `${characters.slice(0, MAX_TITLE - 1).join('')}…`
}

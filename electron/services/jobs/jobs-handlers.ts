/** The contract's `jobs`. */
import type { jobsContract } from '#shared/contract/jobs.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { JobsService } from './jobs-service.ts'

export function createJobsHandlers(jobs: JobsService): Handlers<typeof jobsContract> {
  return {
    add: (job) => jobs.add(job),
    addAll: (all) => jobs.addAll(all.jobs),
    get: ({ id }) => jobs.get(id),
    pending: () => jobs.pending(),
    finished: ({ limit, beforeId }) => jobs.finished(limit, beforeId),
    items: ({ jobId, fromIndex, limit }) => jobs.items(jobId, fromIndex, limit),
    failures: ({ jobId, limit }) => jobs.failures(jobId, limit),
    moveToFront: ({ id }) => {
      jobs.moveToFront(id)
    },
    moveToEnd: ({ id }) => {
      jobs.moveToEnd(id)
    },
    moveBefore: ({ id, otherId }) => {
      jobs.moveBefore(id, otherId)
    },
    moveItemBefore: ({ itemId, otherItemId }) => {
      jobs.moveItemBefore(itemId, otherItemId)
    },
    pause: ({ id, now }) => {
      jobs.pause(id, now)
    },
    resume: ({ id }) => {
      jobs.resume(id)
    },
    cancel: ({ id }) => {
      jobs.cancel(id)
    },
    cancelItem: ({ itemId }) => {
      jobs.cancelItem(itemId)
    },
    retry: ({ id }) => ({ itemCount: jobs.retry(id) }),
    retryItem: ({ itemId }) => {
      jobs.retryItem(itemId)
    },
    duplicate: ({ id, newSeeds }) => jobs.duplicate(id, newSeeds),
    remove: ({ id }) => {
      jobs.remove(id)
    },
    queueState: () => jobs.queueState(),
    pauseQueue: ({ now }) => {
      jobs.pauseQueue(now)
    },
    resumeQueue: () => {
      jobs.resumeQueue()
    },
  }
}

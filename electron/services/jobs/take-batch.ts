/** Chooses what runs next and marks it as running, in one transaction. */
import type { JobItemRecord, JobRecord } from '../../db/job-record.ts'
import type { Readers, StudioDatabase } from '../../db/studio-database.ts'
import { readQueuePause } from './queue-pause.ts'

/** Items of one job that the engine makes together. */
export interface Batch {
  readonly job: JobRecord
  readonly items: readonly JobItemRecord[]
}

export interface TakeOptions {
  /** Most items of a batch. */
  readonly limit: number
  readonly runsAlone: (item: JobItemRecord) => boolean
  readonly nowMs: number
}

export interface Taken {
  /** None: there was only something to put in order. */
  readonly batch: Batch | undefined
  /** Items that were `running` though nobody ran them, and wait again. */
  readonly putBack: readonly JobItemRecord[]
  /** Jobs that had begun and do not run now. */
  readonly rested: readonly number[]
}

/** Call it with nothing in hand. @returns undefined if there is nothing to do */
export function takeBatch(db: StudioDatabase, options: TakeOptions): Taken | undefined {
  const { read } = db
  // looked at before, so that a queue at rest writes nothing
  const isIdle = choose(read, options).length === 0
  if (isIdle && read.jobItems.running().length === 0 && read.jobs.running().length === 0) return undefined
  return db.transaction((write) => {
    const putBack = read.jobItems.running()
    for (const { id } of putBack) write.jobItems.putBack(id)
    const items = choose(read, options)
    const jobId = items.at(0)?.jobId
    const rested = read.jobs.running().filter((id) => id !== jobId)
    for (const id of rested) write.jobs.rest(id)
    for (const { id } of items) write.jobItems.start(id, options.nowMs)
    const batch =
      jobId === undefined
        ? undefined
        : { job: read.jobs.get(jobId), items: items.map(({ id }) => read.jobItems.get(id)) }
    return { batch, putBack, rested }
  })
}

function choose(read: Readers, { limit, runsAlone }: TakeOptions): JobItemRecord[] {
  if (readQueuePause(read).isPaused) return []
  const items = read.jobItems.next(limit)
  if (items.length === 0) return []
  if (runsAlone(items[0])) return [items[0]]
  const end = items.findIndex(runsAlone)
  return end === -1 ? items : items.slice(0, end)
}

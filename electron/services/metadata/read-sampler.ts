/** A sampler and its schedule, as another program names them, as ours. */
import type { Reading } from './reading.ts'
import { areCompatible, schedulerOf, sigmasOf } from './sampler-names.ts'
import { textOf } from './values.ts'

/** The same name does not mean the same noise levels, so what is found is mapped and never exact. */
const SAMPLER_NOTE =
  'the same method; how noise levels are spaced and rounded, and what noise is added in between, differs between programs'
const SCHEDULE_NOTE = 'the same formula; its first and last noise level may differ'
const NO_SAMPLER = 'there is no scheduler like it here'
const NO_SCHEDULE = 'noise levels are not spaced like that here'
const NOT_TOGETHER = 'noise levels are not spaced like that with this scheduler here'

/** @param schedule absent if the file says nothing about it */
export function readSampler(reading: Reading, sampler: unknown, schedule: unknown): void {
  const scheduler = schedulerOf(textOf(sampler ?? ''))
  if (scheduler !== undefined) reading.mapped('scheduler', scheduler, SAMPLER_NOTE)
  else if (sampler !== undefined && sampler !== null && sampler !== '') {
    reading.notUnderstood('scheduler', sampler, NO_SAMPLER)
  }
  if (schedule === undefined || schedule === null) return
  const sigmas = sigmasOf(textOf(schedule))
  if (sigmas === undefined) reading.notUnderstood('sigmas', schedule, NO_SCHEDULE)
  else if (scheduler !== undefined && !areCompatible(scheduler, sigmas)) {
    reading.notUnderstood('sigmas', schedule, NOT_TOGETHER)
  } else reading.mapped('sigmas', sigmas, SCHEDULE_NOTE)
}

/** What becomes of the items that were in hand when the engine failed. */
import type { AppError, ErrorCode } from '#shared/errors.ts'
import { engineWentDown } from '../../supervisor/engine-supervisor.ts'

/**
 * `crash`: counted against each of them. `never-started`: back, they had no part in it. `one-at-a-time`: back, to find
 * out whose fault it is. `fail`: they fail. `fail-job`: and whatever else waits of the job would, too. `pause`: back, and
 * no item would fare better. `again`: back, after a while.
 */
export type Consequence = 'crash' | 'never-started' | 'one-at-a-time' | 'fail' | 'fail-job' | 'pause' | 'again'

/** Of the model or the settings, which all items of a job share. */
const OF_THE_JOB: ReadonlySet<ErrorCode> = new Set([
  'model-not-found',
  'model-component-missing',
  'model-config-invalid',
  'architecture-unsupported',
  'weights-invalid',
  'tensor-missing',
  'tensor-shape-mismatch',
  'dtype-unsupported',
  'tokenizer-invalid',
  'steps-out-of-range',
  'strength-out-of-range',
  'invalid-argument',
])

/** Images without inputs share their size, too. */
const OF_THE_SIZE: ReadonlySet<ErrorCode> = new Set(['size-not-divisible', 'memory-limit-too-small'])

export interface Failed {
  readonly itemCount: number
  readonly haveInputs: boolean
  /** Each of its items has a model and settings of its own. */
  readonly isReproduction: boolean
}

export function judgeFailure(error: AppError, { itemCount, haveInputs, isReproduction }: Failed): Consequence {
  if (engineWentDown(error)) return error.data.neverStarted === true ? 'never-started' : 'crash'
  // nobody here asked for it
  if (error.code === 'cancelled') return 'again'
  if (error.code === 'engine-protocol') return 'pause'
  const isOfJob = OF_THE_JOB.has(error.code) || (!haveInputs && OF_THE_SIZE.has(error.code))
  if (isOfJob && !isReproduction) return 'fail-job'
  return itemCount > 1 ? 'one-at-a-time' : 'fail'
}

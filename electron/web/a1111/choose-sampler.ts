/** A1111's sampler and schedule type as a scheduler and its noise levels. */
import type { SchedulerName, SigmaSchedule } from '#shared/names.ts'
import { schedulerOf, sigmasOf } from '../../services/metadata/sampler-names.ts'
import { StatusError } from './a1111-error.ts'
import type { CommonFields } from './generation-fields.ts'

export interface ChosenSampler {
  /** Absent: the model's. */
  readonly scheduler?: SchedulerName
  readonly sigmas?: SigmaSchedule
  readonly notes: readonly string[]
}

/** They have one spacing; A1111 ignores the schedule type for them as well. */
const WITHOUT_KARRAS: ReadonlySet<SchedulerName> = new Set<SchedulerName>(['ddim', 'pndm'])
const AUTOMATIC = 'automatic'

/** @throws {StatusError} 404, as A1111 does for a sampler that it does not have */
export function chooseSampler(fields: CommonFields): ChosenSampler {
  const name = fields.sampler_name ?? fields.sampler_index ?? ''
  const asked = fields.scheduler ?? ''
  if (name.trim() === '') {
    const isIgnored = !['', AUTOMATIC].includes(asked.toLowerCase())
    return { notes: isIgnored ? ['scheduler was left out: it goes with a sampler_name'] : [] }
  }
  const { scheduler, suffix } = parseName(name)
  const schedule = (suffix ?? asked).trim()
  const isAutomatic = ['', AUTOMATIC].includes(schedule.toLowerCase())
  const sigmas = isAutomatic ? undefined : sigmasOf(schedule)
  const notes: string[] = []
  if (!isAutomatic && sigmas === undefined) {
    notes.push('there is no such scheduler: Automatic was taken, as A1111 does')
  }
  if (WITHOUT_KARRAS.has(scheduler)) {
    if (sigmas === 'karras') notes.push('scheduler was left out: this sampler has none')
    return { scheduler, notes }
  }
  return { scheduler, sigmas: sigmas ?? automaticSigmas(scheduler), notes }
}

/** A1111's "Automatic" is Karras for DPM++ 2M (modules/sd_samplers_kdiffusion.py, since 1.9). */
function automaticSigmas(scheduler: SchedulerName): SigmaSchedule {
  return scheduler === 'dpmpp_2m' ? 'karras' : 'default'
}

/** Before A1111 1.9 the schedule type was a part of the name: "DPM++ 2M Karras". */
function parseName(name: string): { scheduler: SchedulerName; suffix?: string } {
  const whole = schedulerOf(name)
  if (whole !== undefined) return { scheduler: whole }
  const [, base, suffix] = /^(.*\S)\s+(\S+)$/.exec(name.trim()) ?? ['', '', '']
  const scheduler = schedulerOf(base)
  if (scheduler !== undefined && suffix !== '' && sigmasOf(suffix) !== undefined) return { scheduler, suffix }
  throw new StatusError(404, 'Sampler not found')
}

/**
 * How programs spell the schedulers that are here: a closed table, both ways. What is not in it is not understood; a
 * sampler that only sounds alike ("dpmpp_2m_sde") makes another image.
 */
import type { SchedulerName, SigmaSchedule } from '#shared/names.ts'

interface Spelling {
  /** A1111's, and of what imitates it. */
  readonly a1111: string
  /** Of ComfyUI, InvokeAI (old and new), SD.Next, stable-diffusion.cpp, SwarmUI and Fooocus. */
  readonly others: readonly string[]
}

const SAMPLERS: Record<SchedulerName, Spelling> = {
  ddim: { a1111: 'DDIM', others: ['ddim'] },
  pndm: { a1111: 'PLMS', others: ['plms', 'pndm'] },
  euler: { a1111: 'Euler', others: ['euler', 'k_euler'] },
  euler_a: { a1111: 'Euler a', others: ['euler_ancestral', 'euler_a', 'k_euler_a'] },
  dpmpp_2m: { a1111: 'DPM++ 2M', others: ['dpmpp_2m', 'dpm++2m', 'k_dpmpp_2m'] },
}

/** A1111's "uniform", ComfyUI's "normal" and stable-diffusion.cpp's "discrete" are one formula. */
const SCHEDULES: Record<SigmaSchedule, readonly string[]> = {
  default: ['', 'default', 'automatic', 'uniform', 'normal', 'discrete'],
  karras: ['karras'],
}

/** The others have no such spacing, and the engine refuses it (electron/engine/schedulers/scheduler-config.ts). */
const TAKES_KARRAS: readonly SchedulerName[] = ['euler', 'dpmpp_2m']

const bySpelling = new Map<string, SchedulerName>()
for (const [name, { a1111, others }] of Object.entries(SAMPLERS) as [SchedulerName, Spelling][]) {
  for (const spelling of [a1111, ...others]) bySpelling.set(simplified(spelling), name)
}

export function a1111Sampler(scheduler: SchedulerName): string {
  return SAMPLERS[scheduler].a1111
}

/**
 * A1111's `Schedule type`. Its "Automatic" is Karras for DPM++ 2M (modules/sd_samplers_kdiffusion.py, since 1.9), and
 * even spacing for all others that are here.
 */
export function a1111ScheduleType(scheduler: SchedulerName, sigmas: SigmaSchedule): string {
  if (sigmas === 'karras') return 'Karras'
  return scheduler === 'dpmpp_2m' ? 'Uniform' : 'Automatic'
}

export function schedulerOf(spelling: string): SchedulerName | undefined {
  return bySpelling.get(simplified(spelling))
}

export function sigmasOf(spelling: string): SigmaSchedule | undefined {
  const simple = simplified(spelling)
  return (Object.keys(SCHEDULES) as SigmaSchedule[]).find((name) => SCHEDULES[name].includes(simple))
}

/** Whether the two go together here. */
export function areCompatible(scheduler: SchedulerName, sigmas: SigmaSchedule): boolean {
  return sigmas === 'default' || TAKES_KARRAS.includes(scheduler)
}

/** Spaces, underlines and capitals differ between programs and their versions. */
function simplified(spelling: string): string {
  return spelling
    .toLowerCase()
    .replaceAll('++', 'pp')
    .replace(/[\s_-]/g, '')
}

/** How long jobs will take, by how long their like took lately. */
import type { JobView } from '#shared/contract/jobs.ts'
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import type { JobGroup } from './group-jobs.ts'
import { settingsKey } from './settings-key.ts'

/** What the time is in proportion to. */
const AMOUNTS = ['numInferenceSteps', 'widthPx', 'heightPx'] as const

/** @returns undefined if some of it is unlike anything that was made */
export function estimateMs(groups: readonly JobGroup[], finished: readonly JobView[]): number | undefined {
  let sumMs = 0
  for (const { images } of groups) {
    const [{ modelId, settings }] = images
    const paceMs = imagePaceMs(finished, modelId, settings)
    if (paceMs === undefined) return undefined
    sumMs += paceMs * images.length
  }
  return sumMs
}

/** Of the latest job with the same settings; else of the latest that differs in steps and size alone, in proportion. */
function imagePaceMs(
  finished: readonly JobView[],
  modelId: number | undefined,
  settings: GenerationSettings,
): number | undefined {
  const known = finished.filter(
    (job) => job.modelId === modelId && (job.itemCounts.done ?? 0) > 0 && !job.isReproduction,
  )
  const same = known.find((job) => settingsKey(modelId, job.settings) === settingsKey(modelId, settings))
  if (same !== undefined) return paceOf(same)
  const like = known.find((job) => amountless(job.settings) === amountless(settings))
  if (like === undefined) return undefined
  const factor = amountOf(settings, like.settings)
  const pace = paceOf(like)
  return factor === undefined || pace === undefined ? undefined : factor * pace
}

function paceOf({ startedAtMs, finishedAtMs, itemCounts }: JobView): number | undefined {
  if (startedAtMs === null || finishedAtMs === null) return undefined
  return (finishedAtMs - startedAtMs) / (itemCounts.done ?? 1)
}

/** Work by steps and pixels, compared with another's; what both leave to the model is the same. */
function amountOf(settings: GenerationSettings, other: GenerationSettings): number | undefined {
  let factor = 1
  for (const name of AMOUNTS) {
    const [own, others] = [settings[name], other[name]]
    if (own === others) continue
    if (own === undefined || others === undefined) return undefined
    factor *= own / others
  }
  return factor
}

/** All but what says how much work it is. */
function amountless(settings: GenerationSettings): string {
  const others = Object.entries(settings).filter(([name]) => !AMOUNTS.some((amount) => amount === name))
  return settingsKey(undefined, Object.fromEntries(others))
}

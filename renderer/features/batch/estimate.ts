/** How long jobs will take, by how long their like took lately. */
import type { JobView } from '#shared/contract/jobs.ts'
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import type { JobGroup } from './group-jobs.ts'
import { settingsKey } from './settings-key.ts'

/** What the time is in proportion to. */
const AMOUNTS = ['numInferenceSteps', 'widthPx', 'heightPx'] as const

/** What a model takes where settings say nothing. */
type DefaultsOf = (modelId: number | undefined) => GenerationSettings | null | undefined

/** @returns undefined if some of it is unlike anything that was made */
export function estimateMs(
  groups: readonly JobGroup[],
  finished: readonly JobView[],
  defaultsOf: DefaultsOf = () => undefined,
): number | undefined {
  let sumMs = 0
  for (const { images } of groups) {
    const [{ modelId, settings }] = images
    const filled = (given: GenerationSettings): GenerationSettings => ({ ...defaultsOf(modelId), ...given })
    const paceMs = imagePaceMs(candidates(finished, modelId, filled), filled(settings))
    if (paceMs === undefined) return undefined
    sumMs += paceMs * images.length
  }
  return sumMs
}

interface Known {
  readonly settings: GenerationSettings
  readonly paceMs: number
}

/** What was made of text with this model, the latest first. */
function candidates(
  finished: readonly JobView[],
  modelId: number | undefined,
  filled: (settings: GenerationSettings) => GenerationSettings,
): Known[] {
  return finished.flatMap((job) => {
    const paceMs = paceOf(job)
    const isLike = job.modelId === modelId && job.kind === 'text-to-image' && !job.isReproduction
    return isLike && paceMs !== undefined ? [{ settings: filled(job.settings), paceMs }] : []
  })
}

/** Of the latest job with the same settings; else of the latest that differs in steps and size alone, in proportion. */
function imagePaceMs(known: readonly Known[], settings: GenerationSettings): number | undefined {
  const key = settingsKey(undefined, settings)
  const same = known.find((other) => settingsKey(undefined, other.settings) === key)
  if (same !== undefined) return same.paceMs
  const like = known.find((other) => amountless(other.settings) === amountless(settings))
  const factor = like && amountOf(settings, like.settings)
  return factor === undefined ? undefined : factor * like!.paceMs
}

function paceOf({ startedAtMs, finishedAtMs, itemCounts }: JobView): number | undefined {
  const made = itemCounts.done ?? 0
  return startedAtMs === null || finishedAtMs === null || made === 0 ? undefined : (finishedAtMs - startedAtMs) / made
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

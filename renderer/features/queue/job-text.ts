/** What a job is, in words: how many prompts and images, with which settings. */
import type { JobView } from '#shared/contract/jobs.ts'
import * as m from '#renderer/paraglide/messages.js'
import { formatNumber } from '#renderer/text/numbers.ts'

type Named = Pick<JobView, 'title' | 'promptCount' | 'itemCounts' | 'isReproduction'>

function imageCountOf({ itemCounts }: Pick<JobView, 'itemCounts'>): number {
  return Object.values(itemCounts).reduce((sum, count) => sum + count, 0)
}

/** "3 prompts × 8"; of one prompt that prompt. */
export function jobName(job: Named): string {
  const { title, promptCount, isReproduction } = job
  if (isReproduction) return m.queue_reproduction({ title })
  if (promptCount <= 1) return title
  const prompts = m.queue_prompts({ count: promptCount })
  const each = imageCountOf(job) / promptCount
  return Number.isInteger(each) && each > 1 ? `${prompts} × ${formatNumber(each)}` : prompts
}

/** "24 images · 10 steps · DPM++ 2M · Starter"; what the model decides is left out. */
export function jobFacts(job: Pick<JobView, 'itemCounts' | 'settings' | 'modelName'>): string {
  const { numInferenceSteps, guidanceScale, widthPx, heightPx, scheduler, strength } = job.settings
  return [
    m.queue_images({ count: imageCountOf(job) }),
    numInferenceSteps === undefined ? undefined : m.settings_preset_steps({ count: numInferenceSteps }),
    widthPx === undefined || heightPx === undefined ? undefined : `${widthPx} × ${heightPx}`,
    scheduler,
    guidanceScale === undefined ? undefined : m.settings_preset_guidance({ value: formatNumber(guidanceScale) }),
    strength === undefined ? undefined : m.queue_strength({ value: formatNumber(strength) }),
    job.modelName,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

/** What became of a job that is over: "8 of 44 made", if not all. */
export function outcomeText(job: Pick<JobView, 'itemCounts' | 'state'>): string | undefined {
  const [made, count] = [job.itemCounts.done ?? 0, imageCountOf(job)]
  if (made === count) return undefined
  const text = m.queue_made({ made: formatNumber(made), count: formatNumber(count) })
  return job.state === 'cancelled' || (job.itemCounts.cancelled ?? 0) > 0 ? `${m.queue_was_cancelled()}, ${text}` : text
}

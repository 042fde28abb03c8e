/** How long images took the last time with the same settings. */
import type { JobView } from '#shared/contract/jobs.ts'

/** @returns milliseconds for one image; undefined if nothing like it was made lately */
export function imagePaceMs(finished: readonly JobView[], settings: JobView['settings']): number | undefined {
  const key = settingsText(settings)
  for (const job of finished) {
    const made = job.itemCounts.done ?? 0
    if (made === 0 || job.startedAtMs === null || job.finishedAtMs === null) continue
    if (settingsText(job.settings) === key) return (job.finishedAtMs - job.startedAtMs) / made
  }
  return undefined
}

function settingsText(settings: JobView['settings']): string {
  return JSON.stringify(Object.entries(settings).sort())
}

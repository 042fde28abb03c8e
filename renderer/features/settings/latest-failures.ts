/** What went wrong with the latest jobs, by code: enough to tell somebody, and nothing of what was made. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

const JOBS = 5
const ITEMS = 200

/** Each code once, the latest first. */
export async function latestFailures({ api }: Pick<StudioState, 'api'>): Promise<string[]> {
  const finished = await api.jobs.finished({ limit: 100 })
  const failed = finished.filter(({ itemCounts }) => (itemCounts.failed ?? 0) + (itemCounts['set-aside'] ?? 0) > 0)
  const items = await Promise.all(failed.slice(0, JOBS).map(({ id }) => api.jobs.items({ jobId: id, limit: ITEMS })))
  return [...new Set(items.flat().flatMap(({ error }) => error?.code ?? []))]
}

/** Planned images and the items of jobs, found by one another. */
import type { ItemView, JobView } from '#shared/contract/jobs.ts'
import type { RememberedJob } from '#renderer/state/batch-draft.svelte.ts'
import { imageKey, type PlannedImage } from './plan.ts'

type ItemsOf = (jobId: number) => readonly ItemView[]

/** Items are replaced when they change: those that did not keep their key. */
const keys = new WeakMap<ItemView, string>()

/** By the key of the image; of several items the latest job's. */
export function itemsByImage(jobs: readonly RememberedJob[], itemsOf: ItemsOf): ReadonlyMap<string, ItemView> {
  const found = new Map<string, ItemView>()
  for (const { id, settingsKey } of jobs) {
    for (const item of itemsOf(id)) {
      const key = keys.get(item) ?? imageKey(item, settingsKey)
      keys.set(item, key)
      found.set(key, item)
    }
  }
  return found
}

/** Of waiting items, by id: 1 is the next. */
export function placesInQueue(pending: readonly JobView[], itemsOf: ItemsOf): ReadonlyMap<number, number> {
  const places = new Map<number, number>()
  let place = 0
  for (const { id, itemCounts } of pending) {
    const items = itemsOf(id)
    if (items.length === 0) place += (itemCounts.queued ?? 0) + (itemCounts.running ?? 0)
    for (const item of items) {
      if (item.state === 'queued' || item.state === 'running') places.set(item.id, ++place)
    }
  }
  return places
}

/** Each image once. */
export function differentImages(images: readonly PlannedImage[]): PlannedImage[] {
  return [...new Map(images.map((image) => [image.key, image])).values()]
}

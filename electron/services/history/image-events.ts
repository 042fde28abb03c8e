/** Events about many images, in parts that a message may have. */
import { MAX_BULK_IDS } from '#shared/contract/values.ts'
import type { EventBus } from '../events/event-bus.ts'

/** None: nothing is told. */
export function emitImages(bus: EventBus, name: 'images.changed' | 'images.removed', ids: readonly number[]): void {
  for (let from = 0; from < ids.length; from += MAX_BULK_IDS) {
    bus.emit(name, { ids: ids.slice(from, from + MAX_BULK_IDS) })
  }
}

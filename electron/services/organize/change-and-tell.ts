/** Changes what images are arranged by, and tells of it and of the images that are arranged otherwise now. */
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { emitImages } from '../history/image-events.ts'

export interface OrganizeDeps {
  readonly db: StudioDatabase
  readonly bus: EventBus
}

type Change = <T>(imageIds: readonly number[], work: (write: Writers) => T) => T

export function changeAndTell({ db, bus }: OrganizeDeps, name: 'tags.changed' | 'collections.changed'): Change {
  return (imageIds, work) => {
    const result = db.transaction(work)
    emitImages(bus, 'images.changed', imageIds)
    bus.emit(name, {})
    return result
  }
}

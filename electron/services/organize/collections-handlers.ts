/** The collections area of the contract. */
import type { collectionsContract } from '#shared/contract/organize.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { emitImages } from '../history/image-events.ts'

export function createCollectionsHandlers({
  db,
  bus,
}: {
  db: StudioDatabase
  bus: EventBus
}): Handlers<typeof collectionsContract> {
  const change = <T>(imageIds: readonly number[], work: (write: Writers) => T): T => {
    const result = db.transaction(work)
    emitImages(bus, 'images.changed', imageIds)
    bus.emit('collections.changed', {})
    return result
  }

  return {
    list: () => db.read.collections.list(),
    create: ({ name }) => {
      const id = change([], (write) => write.collections.create(name, Date.now()))
      return db.read.collections.get(id)
    },
    // an image's collections are known by their ids, which stay
    rename: ({ id, name }) => {
      change([], (write) => {
        write.collections.rename(id, name)
      })
    },
    remove: ({ id }) => {
      change(db.read.collections.imageIds(id), (write) => {
        write.collections.remove(id)
      })
    },
    addImages: ({ id, imageIds }) => {
      change(imageIds, (write) => {
        write.collections.addImages(id, imageIds)
      })
    },
    removeImages: ({ id, imageIds }) => {
      change(imageIds, (write) => {
        write.collections.removeImages(id, imageIds)
      })
    },
  }
}

/** The tags area of the contract. */
import type { tagsContract } from '#shared/contract/organize.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { emitImages } from '../history/image-events.ts'

export function createTagsHandlers({ db, bus }: { db: StudioDatabase; bus: EventBus }): Handlers<typeof tagsContract> {
  const change = (imageIds: readonly number[], work: (write: Writers) => void): void => {
    db.transaction(work)
    emitImages(bus, 'images.changed', imageIds)
    bus.emit('tags.changed', {})
  }

  return {
    list: () => db.read.tags.list(),
    // an image's tags are known by their ids, which stay
    rename: ({ id, name }) => {
      change([], (write) => {
        write.tags.rename(id, name)
      })
    },
    remove: ({ id }) => {
      change(db.read.tags.imageIds(id), (write) => {
        write.tags.remove(id)
      })
    },
    addToImages: ({ imageIds, names }) => {
      change(imageIds, (write) => {
        write.tags.giveAll(imageIds, names)
      })
    },
    removeFromImages: ({ imageIds, tagIds }) => {
      change(imageIds, (write) => {
        write.tags.takeAll(imageIds, tagIds)
      })
    },
  }
}

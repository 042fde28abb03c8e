/** The collections area of the contract. */
import type { collectionsContract } from '#shared/contract/organize.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import { changeAndTell, type OrganizeDeps } from './change-and-tell.ts'

export function createCollectionsHandlers(deps: OrganizeDeps): Handlers<typeof collectionsContract> {
  const { db } = deps
  const change = changeAndTell(deps, 'collections.changed')

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

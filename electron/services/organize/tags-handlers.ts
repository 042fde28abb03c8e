/** The tags area of the contract. */
import type { tagsContract } from '#shared/contract/organize.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import { changeAndTell, type OrganizeDeps } from './change-and-tell.ts'

export function createTagsHandlers(deps: OrganizeDeps): Handlers<typeof tagsContract> {
  const { db } = deps
  const change = changeAndTell(deps, 'tags.changed')

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

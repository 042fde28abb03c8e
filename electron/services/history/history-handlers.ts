/** The history area of the contract. */
import type { historyContract } from '#shared/contract/history.ts'
import type { ReadSettings } from '#shared/contract/metadata.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { Writers } from '../../db/studio-database.ts'
import { exportImage } from '../export/export-image.ts'
import type { ImageStore } from '../images/image-store.ts'
import { readView, type MetadataDeps } from '../metadata/metadata-service.ts'
import { verdictView } from '../reproduce/verdict-view.ts'
import { emitImages } from './image-events.ts'
import { imageView } from './image-view.ts'
import { emptyTrash, removeFromTrash, type RemoveDeps } from './remove-images.ts'
import { statistics } from './statistics.ts'

const NOTHING_READ: ReadSettings = { source: 'unknown', fields: {}, notUnderstood: [], raw: '' }

export interface HistoryDeps extends RemoveDeps, Pick<MetadataDeps, 'models'> {
  readonly store: Pick<ImageStore, 'remove' | 'fileOf' | 'readPixels'>
}

export function createHistoryHandlers(deps: HistoryDeps): Handlers<typeof historyContract> {
  const { db, bus, store } = deps
  const { read } = db

  /** All of them or, if one is not there, none. */
  const change = (ids: readonly number[], one: (write: Writers, id: number) => void): void => {
    db.transaction((write) => {
      for (const id of ids) one(write, id)
    })
    emitImages(bus, 'images.changed', ids)
  }

  return {
    page: (request) => {
      const page = read.history.page(request)
      return { ...page, images: page.images.map((image) => imageView(image)) }
    },
    count: ({ filter }) => ({ imageCount: read.history.count(filter) }),
    days: ({ filter, utcOffsetMinutes }) => read.history.days(filter, utcOffsetMinutes),
    get: ({ id }) => {
      const image = read.images.get(id)
      const arranged = {
        tags: read.tags.ofImage(id),
        collections: read.collections.ofImage(id),
        verdicts: read.verdicts.ofImage(id).map(verdictView),
      }
      if (image.origin === 'reprise') return { ...imageView(image), ...arranged }
      const settings = read.readSettings.ofImage(id) ?? NOTHING_READ
      return { ...imageView(image), ...arranged, read: readView(deps, settings) }
    },
    setFavourite: ({ ids, favourite }) => {
      change(ids, (write, id) => {
        write.images.setFavourite(id, favourite)
      })
    },
    setRating: ({ ids, rating }) => {
      change(ids, (write, id) => {
        write.images.setRating(id, rating)
      })
    },
    trash: ({ ids }) => {
      const nowMs = Date.now()
      change(ids, (write, id) => {
        write.images.setTrashed(id, nowMs)
      })
    },
    restore: ({ ids }) => {
      change(ids, (write, id) => {
        write.images.setTrashed(id, null)
      })
    },
    remove: ({ ids }) => removeFromTrash(deps, ids),
    emptyTrash: async () => ({ removedCount: await emptyTrash(deps) }),
    export: ({ id, options }) => exportImage(store, id, options),
    statistics: () => statistics(read.statistics),
  }
}

/** Removes images for good: files, rows, and tags that nothing has any more. */
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { BackupSchedule } from '../backups/backup-schedule.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { ImageStore } from '../images/image-store.ts'
import { emitImages } from './image-events.ts'

export interface RemoveDeps {
  readonly db: StudioDatabase
  readonly bus: EventBus
  readonly store: Pick<ImageStore, 'remove'>
  readonly backups: Pick<BackupSchedule, 'beforeRemoving'>
}

/** Removed in one go; others get their turn before the next. */
const PART = 200

/** @throws {AppError} `not-found`, `state-conflict` if one is not in the trash; then nothing was removed */
export async function removeFromTrash(deps: RemoveDeps, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    if (deps.db.read.images.get(id).trashedAtMs === undefined) {
      throw new AppError(
        'state-conflict',
        `image ${id} is not in the trash: put it there before removing it for good`,
        {
          data: { what: 'image', id },
        },
      )
    }
  }
  deps.backups.beforeRemoving(ids.length)
  await removeForGood(deps, [...new Set(ids)])
}

/** What comes into the trash meanwhile stays in it, and what is taken out stays as well. @returns how many were removed */
export async function emptyTrash(deps: RemoveDeps): Promise<number> {
  const ids = deps.db.read.history.trashedIds()
  deps.backups.beforeRemoving(ids.length)
  let removedCount = 0
  for (let from = 0; from < ids.length; from += PART) {
    const part = ids.slice(from, from + PART).filter((id) => deps.db.read.images.find(id)?.trashedAtMs !== undefined)
    if (part.length > 0) await removeForGood(deps, part)
    removedCount += part.length
  }
  return removedCount
}

async function removeForGood({ db, bus, store }: RemoveDeps, ids: readonly number[]): Promise<void> {
  await store.remove(ids)
  db.transaction((write) => {
    write.tags.removeUnused()
  })
  emitImages(bus, 'images.removed', ids)
  bus.emit('tags.changed', {})
  bus.emit('collections.changed', {})
}

/** Puts a model that was just used into the list, so that what it made can be made again. */
import { EventBus } from '../events/event-bus.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { isInside } from '../data-folder/is-inside.ts'
import { SettingsService } from '../settings/settings-service.ts'
import { emptyModel } from './inspect-folder.ts'

/**
 * Its own folder and no other. What more there is to know of it, the next scan finds out. Nothing is done if the list has
 * a model of this hash that can be used.
 *
 * @param path absolute
 * @throws {AppError} `invalid-argument` if there are too many model folders
 */
export function rememberModel(
  db: StudioDatabase,
  { path, name, hash }: { path: string; name: string; hash: string },
): void {
  if (db.read.models.findByHash(hash)?.problem === null) return
  const settings = new SettingsService({ db, bus: new EventBus() })
  const { modelFolders } = settings.get()
  if (!modelFolders.some((folder) => isInside(folder, path))) settings.update({ modelFolders: [...modelFolders, path] })
  db.transaction((write) => {
    write.models.save({ ...emptyModel(path, name), hash })
  })
}

/** Notices what other processes commit to the studio's database. */
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'

/** How soon a command of another process shows here, ms. */
const LOOK_EVERY_MS = 500

export interface WatchOthersOptions {
  readonly db: Pick<StudioDatabase, 'changedByOthers'>
  /** Called again at the next look if it throws: what was committed is said only once. */
  readonly onChange: () => void
  /** The database could not be read; not told again and again for the same. */
  readonly onProblem: (error: AppError) => void
}

/** @returns what ends it */
export function watchOthers({ db, onChange, onProblem }: WatchOthersOptions): () => void {
  let isChanged = false
  let trouble: string | undefined
  const look = (): void => {
    try {
      if (db.changedByOthers()) isChanged = true
      if (isChanged) onChange()
      isChanged = false
      trouble = undefined
    } catch (thrown) {
      const error = AppError.from(thrown)
      if (error.message !== trouble) onProblem(error)
      trouble = error.message
    }
  }
  // what was committed before counts as known
  db.changedByOthers()
  const looking = setInterval(look, LOOK_EVERY_MS)
  return () => {
    clearInterval(looking)
  }
}

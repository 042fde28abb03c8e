/** After an end without warning: what was running then waits again. */
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'

/**
 * It may be the item that ended the studio, by taking all memory of the machine, say: it runs alone the next time, and
 * is set aside after so many times in a row.
 */
const MAX_INTERRUPTIONS = 3

export function recoverInterrupted(db: StudioDatabase): void {
  const interrupted = db.read.jobItems.running()
  if (interrupted.length === 0) return
  const error = new AppError(
    'engine-died',
    'the studio ended without warning while this image was made: it was killed, the power failed, or memory ran out',
    { data: { studioEnded: true } },
  )
  db.transaction((write) => {
    for (const { id } of interrupted) write.jobItems.recordCrash(id, error.toWire(), MAX_INTERRUPTIONS, Date.now())
  })
}

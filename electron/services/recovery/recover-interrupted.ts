/** After an end without warning: what was running then waits again, and runs alone. */
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'

/**
 * A kill or a power cut says nothing against the image that was in hand. But one that ends the studio every time (by
 * taking all of the machine's memory, say) must not do so for ever: begun so often and never finished, it is set aside.
 */
const MAX_ATTEMPTS = 5

export function recoverInterrupted(db: StudioDatabase): void {
  const interrupted = db.read.jobItems.running()
  if (interrupted.length === 0) return
  const error = new AppError(
    'engine-died',
    'the studio ended without warning while this image was made: it was killed, the power failed, or memory ran out',
    { data: { studioEnded: true } },
  ).toWire()
  db.transaction((write) => {
    for (const { id, attempts } of interrupted) {
      if (attempts < MAX_ATTEMPTS) write.jobItems.putBack(id, error)
      else write.jobItems.recordCrash(id, error, 1, Date.now())
    }
  })
}

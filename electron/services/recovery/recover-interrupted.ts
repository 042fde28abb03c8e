/** After an end without warning: what was running then waits again, and runs alone. */
import { AppError, type WireError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'

/**
 * A kill or a power cut says nothing against the image that was in hand. But one that ends the studio every time (by
 * taking all of the machine's memory, say) must not do so for ever: after so many in a row it is set aside. An end in
 * order, which it was in hand at and survived, is none of them.
 */
const MAX_TIMES = 5

export function recoverInterrupted(db: StudioDatabase): void {
  const interrupted = db.read.jobItems.running()
  if (interrupted.length === 0) return
  db.transaction((write) => {
    for (const { id, error: last } of interrupted) {
      const times = last?.data.studioEnded === true ? Number(last.data.times ?? 1) + 1 : 1
      const error = studioEnded(times)
      if (times < MAX_TIMES) write.jobItems.putBack(id, error)
      else write.jobItems.recordCrash(id, error, 1, Date.now())
    }
  })
}

/** It stays with the item while that runs again. */
function studioEnded(times: number): WireError {
  return new AppError(
    'engine-died',
    'the studio ended without warning while this image was made: it was killed, the power failed, or memory ran out',
    { data: { studioEnded: true, times } },
  ).toWire()
}

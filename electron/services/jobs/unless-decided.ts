import { AppError } from '#shared/errors.ts'

/** A change of an item that somebody else may have cancelled or removed meanwhile: then that stands. */
export function unlessDecided(change: () => void): void {
  try {
    change()
  } catch (error) {
    if (error instanceof AppError && (error.code === 'state-conflict' || error.code === 'not-found')) return
    throw error
  }
}

/**
 * Where a page ends: the last image's rating and id, which is all that any order of the history needs. Cursors stay
 * good when images are added or removed, also the one they name.
 */
import { AppError, quoted } from '#shared/errors.ts'
import { MAX_IMAGE_ID } from './image-id.ts'

export interface HistoryCursor {
  readonly rating: number
  readonly id: number
}

export function cursorText({ rating, id }: HistoryCursor): string {
  return `${rating}.${id}`
}

/** @throws {AppError} `invalid-argument` */
export function parseCursor(text: string): HistoryCursor {
  const match = /^(\d)\.(\d{1,16})$/.exec(text)
  const id = Number(match?.[2])
  if (match === null || id > MAX_IMAGE_ID) {
    throw new AppError('invalid-argument', `${quoted(text)} is not a cursor of the history: use one that a page gave`)
  }
  return { rating: Number(match[1]), id }
}

/**
 * Seeds in the database. A seed has 64 bits without a sign; an INTEGER of SQLite has 64 with one, and JavaScript's
 * number keeps 53. So a seed is TEXT of exactly 20 decimal digits, padded with zeros: text of one length compares
 * digit by digit, so `=`, `<`, `BETWEEN`, ORDER BY and an index all do what they do for the number itself, and a
 * person who opens the database can read it.
 */
import { MAX_SEED } from '#shared/generation.ts'
import { AppError } from '#shared/errors.ts'

const DIGITS = 20

const CHECK = `CHECK (length(seed) = ${DIGITS} AND seed NOT GLOB '*[^0-9]*' ` + `AND seed <= '${MAX_SEED.toString()}')`

/** A column definition's type and check. */
export const SEED_COLUMN = `TEXT NOT NULL ${CHECK}`
/** A check that gives NULL holds. */
export const NULLABLE_SEED_COLUMN = `TEXT ${CHECK}`

/** @throws {AppError} `seed-out-of-range` */
export function seedToColumn(seed: bigint): string {
  if (seed < 0n || seed > MAX_SEED) {
    throw new AppError('seed-out-of-range', `a seed is an integer from 0 to ${MAX_SEED.toString()}`, {
      data: { seed: seed.toString() },
    })
  }
  return seed.toString().padStart(DIGITS, '0')
}

export function seedFromColumn(text: string): bigint {
  return BigInt(text)
}

/**
 * An image's id is its place in time: milliseconds since 1970 (UTC) × 1024, plus a number that tells apart what was
 * made in the same millisecond. Ordering by id is ordering by created time and then id, with one integer that is the
 * rowid: every index ends with it, so each filter reads its rows in the order of the history and stops at a full
 * page, and the full-text index does the same. Below 2^53 until the year 2248.
 */
export const IDS_PER_MS = 1024

/** Above every id there is. */
export const MAX_IMAGE_ID = Number.MAX_SAFE_INTEGER

/** Clocks may be before 1970 or after 2248; images that are made then are kept all the same, side by side. */
const LAST_MS = Math.floor(MAX_IMAGE_ID / IDS_PER_MS) - 1_000_000

/** The first id that an image made at this time can have. */
export function firstIdAt(createdAtMs: number): number {
  return Math.min(Math.max(Math.floor(createdAtMs), 0), LAST_MS) * IDS_PER_MS
}

export function createdAtOf(imageId: number): number {
  return Math.floor(imageId / IDS_PER_MS)
}

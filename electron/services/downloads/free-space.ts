/** Whether a disk has room for what is about to come. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'

/** Left for everything else: the database, images, the system itself. */
export const SPARE_BYTES = 512 * 2 ** 20

/** Of the disk that `dir` is on, or will be on. */
export async function freeBytes(dir: string): Promise<number> {
  for (let place = dir; ; place = dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place)
      return bavail * bsize
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || place === dirname(place)) throw error
    }
  }
}

/** @throws {AppError} `disk-full` */
export async function checkFreeSpace(dir: string, neededBytes: number, spareBytes = SPARE_BYTES): Promise<void> {
  const free = await freeBytes(dir)
  if (free >= neededBytes + spareBytes) return
  throw new AppError(
    'disk-full',
    `${inMegabytes(neededBytes)} are still to come and ${inMegabytes(spareBytes)} shall stay free, but the disk of ${quoted(dir)} has only ${inMegabytes(free)}: free some space, or choose another folder`,
    { data: { path: dir, neededBytes, freeBytes: free } },
  )
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}

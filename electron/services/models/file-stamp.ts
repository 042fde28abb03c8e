/** How files look from outside: as long as that is the same, nobody reads them again. */
import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { VERSION } from '#shared/version.ts'

/** Size, time of the last change and place on the disk; the last two tell a copy that was put in its place. */
export function stampOf({ size, mtimeNs, dev, ino }: BigIntStats): string {
  return [size, mtimeNs, dev, ino].join('-')
}

/**
 * Of all files that a look at a model folder depends on: those in it, and those in its components. Also of the version
 * that looked: a newer one may see more.
 *
 * @returns empty if they cannot be read: look again
 */
export async function folderStamp(dir: string): Promise<string> {
  try {
    const hash = createHash('sha256').update(VERSION)
    const own = await stat(dir, { bigint: true })
    // a checkpoint in one file
    if (own.isFile()) return hash.update(stampOf(own)).digest('hex')
    const top = await readdir(dir)
    const parts = await Promise.all(
      top.sort().map(async (name) => {
        const path = join(dir, name)
        const found = await stat(path, { bigint: true })
        if (found.isFile()) return [`${name}:${stampOf(found)}`]
        if (!found.isDirectory()) return []
        const names = (await readdir(path)).sort()
        return await Promise.all(
          names.map(async (inner) => `${name}/${inner}:${stampOf(await stat(join(path, inner), { bigint: true }))}`),
        )
      }),
    )
    return hash.update(JSON.stringify(parts)).digest('hex')
  } catch {
    return ''
  }
}

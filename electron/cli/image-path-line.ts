import { isAbsolute, relative } from 'node:path'
import type { CliHost } from './host.ts'

/** A finished image. To a pipe the path alone, so that another program can take it. */
export function imagePathLine(
  path: string,
  { seed, id }: { seed: bigint; id?: number | undefined },
  host: CliHost,
): string {
  const near = relative(host.workingDir, path)
  const shown = near.startsWith('..') || isAbsolute(near) ? path : near
  if (host.stdout.isTTY !== true) return shown
  return `${shown}  seed ${seed.toString()}${id === undefined ? '' : `  id ${id}`}`
}

import { isAbsolute, relative, sep } from 'node:path'

/** Of two whole paths: whether `path` is `folder`, or below it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

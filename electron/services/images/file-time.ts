/** When a file was made, as a row can hold it: whole milliseconds, and not in the future. */
export function fileTime(mtimeMs: number): number {
  return Math.min(Math.max(Math.floor(mtimeMs), 1), Date.now())
}

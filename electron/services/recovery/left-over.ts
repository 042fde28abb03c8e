/** Names of files that are being written, and whether whoever wrote them is gone. */

/**
 * Beside the database and its backups, with what SQLite keeps beside each of them; probes of the check-up, and images on
 * their way into a folder, have the process in their name.
 */
const PARTIAL =
  /^(?:reprise-\d{13}\.sqlite\.(?:(?<writer>\d+)\.)?tmp|reprise\.sqlite\.(?:tmp|restoring)|moved-to\.json\.tmp|serve-token\.[0-9a-f-]{36}\.tmp)(?:-journal|-wal|-shm)?$/
const OURS = /^\.reprise-(?:(?<writer>\d+)-)?[0-9a-f-]{36}\.tmp$/

/** Longer than anybody needs from one write to the next; a folder may be shared by several machines. */
const STALE_MS = 60_000

/**
 * @param modifiedAtMs of the file; undefined if it is gone
 * @returns whether it is such a file, and nobody's any more
 */
export function isLeftOver(name: string, modifiedAtMs: number | undefined): boolean {
  if (modifiedAtMs === undefined) return false
  const found = PARTIAL.exec(name) ?? OURS.exec(name)
  if (found === null) return false
  const writer = found.groups?.writer
  return writer === undefined ? isStale(modifiedAtMs) : !isRunning(Number(writer))
}

function isStale(modifiedAtMs: number): boolean {
  return Math.abs(Date.now() - modifiedAtMs) > STALE_MS
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // of another user: it is there
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Everything that may lie directly in a data folder. */
const KNOWN =
  /^(?:images|inputs|differences|thumbnails|temporary|backups|models|reprise\.sqlite(?:-wal|-shm|-journal|\.damaged-\d+(?:-wal)?)?|(?:reprise|downloads)\.lock(?:-journal|\.pid)?|moved-to\.json|move-unfinished|serve-token|lost\+found|\.DS_Store|desktop\.ini|Thumbs\.db)$/

/** @returns whether it is none of the files that a studio makes, nor one that systems put into every folder */
export function isStranger(name: string): boolean {
  return !KNOWN.test(name) && !PARTIAL.test(name) && !OURS.test(name)
}

/** Where things of the database lie in the data folder. Paths in rows are relative to that folder. */
import { join } from 'node:path'

export interface DatabasePaths {
  /** The database; SQLite keeps `-wal` and `-shm` beside it while it is open. */
  readonly database: string
  readonly lock: string
  /** Of whichever process fetches downloads. */
  readonly downloadsLock: string
  readonly backups: string
}

export function databasePaths(dataDir: string): DatabasePaths {
  return {
    database: join(dataDir, 'reprise.sqlite'),
    lock: join(dataDir, 'reprise.lock'),
    downloadsLock: join(dataDir, 'downloads.lock'),
    backups: join(dataDir, 'backups'),
  }
}

/** What is fetched from the network, and how far it is. */
import type { DownloadState } from '#shared/contract/downloads.ts'
import type { WireError } from '#shared/errors.ts'
import type { ReadSql } from './sql.ts'

export interface DownloadRecord {
  readonly id: number
  readonly source: string
  readonly name: string
  /** Absolute. */
  readonly target: string
  readonly state: DownloadState
  /** Why it failed. */
  readonly error: WireError | null
  readonly createdAtMs: number
  readonly finishedAtMs: number | null
}

export interface DownloadFileRecord {
  readonly id: number
  readonly downloadId: number
  /** Below the target, with forward slashes. */
  readonly path: string
  readonly url: string
  /** Null: the server has not said. */
  readonly sizeBytes: number | null
  readonly sha256: string | null
  /** Of git's object, where there is no sha256. */
  readonly gitSha1: string | null
  readonly etag: string | null
  readonly lastModified: string | null
  readonly partName: string | null
  /** On disk for sure. */
  readonly bytesDone: number
  readonly isDone: boolean
  readonly note: string | null
}

const DOWNLOADS = `SELECT id, source, name, target, state, error, created_at AS createdAtMs,
  finished_at AS finishedAtMs FROM downloads`
const FILES = `SELECT id, download_id AS downloadId, path, url, size_bytes AS sizeBytes, sha256, git_sha1 AS gitSha1, etag,
  last_modified AS lastModified, part_name AS partName, bytes_done AS bytesDone, is_done AS isDone, note
  FROM download_files`

type DownloadRow = Omit<DownloadRecord, 'error'> & { error: string | null }
type FileRow = Omit<DownloadFileRecord, 'isDone'> & { isDone: number }

export class DownloadsReader {
  readonly #sql: ReadSql

  constructor(sql: ReadSql) {
    this.#sql = sql
  }

  /** The latest first. */
  list(): DownloadRecord[] {
    return this.#sql.all<DownloadRow>(`${DOWNLOADS} ORDER BY id DESC`).map(asDownload)
  }

  get(id: number): DownloadRecord | undefined {
    const row = this.#sql.get<DownloadRow>(`${DOWNLOADS} WHERE id = @id`, { id })
    return row && asDownload(row)
  }

  /** Queued or running, the first asked for first. */
  pending(): DownloadRecord[] {
    return this.#sql.all<DownloadRow>(`${DOWNLOADS} WHERE state IN ('queued', 'running') ORDER BY id`).map(asDownload)
  }

  /** In the order in which they are fetched. */
  files(downloadId: number): DownloadFileRecord[] {
    return this.#sql
      .all<FileRow>(`${FILES} WHERE download_id = @downloadId ORDER BY id`, { downloadId })
      .map((row) => ({ ...row, isDone: row.isDone === 1 }))
  }
}

function asDownload(row: DownloadRow): DownloadRecord {
  return { ...row, error: row.error === null ? null : (JSON.parse(row.error) as WireError) }
}

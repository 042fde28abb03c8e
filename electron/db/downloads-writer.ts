/** What is fetched from the network. Bytes are counted here only after they are on disk. */
import type { DownloadState } from '#shared/contract/downloads.ts'
import type { WireError } from '#shared/errors.ts'
import type { DownloadFileRecord, DownloadRecord } from './downloads-reader.ts'
import type { WriteSql } from './sql.ts'

export type NewDownload = Pick<DownloadRecord, 'source' | 'name' | 'target'>
export type NewDownloadFile = Pick<DownloadFileRecord, 'path' | 'url' | 'sizeBytes' | 'sha256' | 'gitSha1'>
/** What changes while a file is fetched. */
export type DownloadFileProgress = Pick<
  DownloadFileRecord,
  'sizeBytes' | 'sha256' | 'etag' | 'lastModified' | 'partName' | 'bytesDone' | 'isDone' | 'note'
>

export class DownloadsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** Queued. @param files in the order in which they are to be fetched. @returns the id */
  add(download: NewDownload, files: readonly NewDownloadFile[], nowMs: number): number {
    const { lastId } = this.#sql.run(
      `INSERT INTO downloads (source, name, target, state, created_at)
       VALUES (@source, @name, @target, 'queued', @nowMs)`,
      { ...download, nowMs },
    )
    for (const file of files) {
      this.#sql.run(
        `INSERT INTO download_files (download_id, path, url, size_bytes, sha256, git_sha1)
         VALUES (@downloadId, @path, @url, @sizeBytes, @sha256, @gitSha1)`,
        { downloadId: lastId, ...file },
      )
    }
    return lastId
  }

  /** @returns whether it was in one of the states `from`; nothing is changed if not */
  setState(
    id: number,
    from: readonly DownloadState[],
    state: DownloadState,
    { error = null, finishedAtMs = null }: { error?: WireError | null; finishedAtMs?: number | null } = {},
  ): boolean {
    const { changes } = this.#sql.run(
      `UPDATE downloads SET state = @state, error = @error, finished_at = @finishedAtMs
       WHERE id = @id AND state IN (SELECT value FROM json_each(@from))`,
      {
        id,
        state,
        from: JSON.stringify(from),
        error: error && JSON.stringify(error),
        finishedAtMs,
      },
    )
    return changes > 0
  }

  saveFile(id: number, progress: DownloadFileProgress): void {
    this.#sql.run(
      `UPDATE download_files SET size_bytes = @sizeBytes, sha256 = @sha256, etag = @etag,
         last_modified = @lastModified, part_name = @partName, bytes_done = @bytesDone, is_done = @isDone, note = @note
       WHERE id = @id`,
      { ...progress, isDone: progress.isDone ? 1 : 0, id },
    )
  }

  /** Nothing is left of what was fetched and not finished. */
  forgetParts(downloadId: number): void {
    this.#sql.run(
      `UPDATE download_files SET part_name = NULL, bytes_done = 0, etag = NULL, last_modified = NULL
       WHERE download_id = @downloadId AND is_done = 0`,
      { downloadId },
    )
  }

  remove(id: number): void {
    this.#sql.run('DELETE FROM downloads WHERE id = @id', { id })
  }
}

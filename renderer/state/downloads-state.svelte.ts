/** Downloads as the studio tells of them, with how far those are that run. */
import { SvelteMap } from 'svelte/reactivity'
import type { DownloadProgress, DownloadView } from '#shared/contract/downloads.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'

export class DownloadsState {
  /** The latest first. */
  list = $state.raw<readonly DownloadView[]>([])
  isLoaded = $state(false)
  /** On their way, or waiting for it. */
  readonly activeCount = $derived(this.list.filter(({ state }) => state === 'queued' || state === 'running').length)
  readonly #progress = new SvelteMap<number, DownloadProgress>()

  constructor(connection: Connection) {
    connection.onLoad(() => {
      void connection.client.downloads.list({}).then(
        (list) => {
          this.list = list
          this.isLoaded = true
        },
        () => undefined,
      )
    })
    connection.on('download.changed', ({ download }) => {
      this.take(download)
    })
    connection.on('download.removed', ({ id }) => {
      this.list = this.list.filter((other) => other.id !== id)
      this.#progress.delete(id)
    })
    connection.on('download.progress', (progress) => this.#progress.set(progress.id, progress))
  }

  /** New, or another than before: also the answer to a call, which may come before its event. */
  take(download: DownloadView): void {
    const isKnown = this.list.some(({ id }) => id === download.id)
    this.list = isKnown
      ? this.list.map((other) => (other.id === download.id ? download : other))
      : [download, ...this.list].sort((a, b) => b.id - a.id)
    // what it was at is over; `bytesDone` says how far that came
    if (download.state !== 'running') this.#progress.delete(download.id)
  }

  /** Of one that runs, as soon as it was told. */
  progressOf(id: number): DownloadProgress | undefined {
    return this.#progress.get(id)
  }
}

/** How far downloads are, told at most four times a second each, with their speed over the last seconds. */
import type { DownloadProgress } from '#shared/contract/downloads.ts'

const TELL_EVERY_MS = 250
const SPEED_OVER_MS = 5_000

interface Watched {
  /** Of what is fetched now and of what was before, by path. */
  readonly bytes: Map<string, number>
  readonly sizes: Map<string, number | null>
  /** Bytes that came since the watch began, at some moments of the last seconds. */
  readonly samples: { atMs: number; cameBytes: number }[]
  cameBytes: number
  isNew: boolean
}

export class ProgressTeller {
  readonly #tell: (progress: DownloadProgress) => void
  readonly #watched = new Map<number, Watched>()
  #timer: NodeJS.Timeout | undefined

  constructor(tell: (progress: DownloadProgress) => void) {
    this.#tell = tell
  }

  /** From now on, until `forget`. */
  watch(id: number, files: readonly { path: string; bytesDone: number; sizeBytes: number | null }[]): void {
    if (this.#watched.has(id)) return
    this.#watched.set(id, {
      bytes: new Map(files.map(({ path, bytesDone }) => [path, bytesDone])),
      sizes: new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes])),
      samples: [{ atMs: performance.now(), cameBytes: 0 }],
      cameBytes: 0,
      isNew: false,
    })
    this.#timer ??= setInterval(() => {
      this.#tellAll()
    }, TELL_EVERY_MS)
  }

  /** Fewer than before: it began anew. */
  set(id: number, path: string, bytes: number, sizeBytes: number | null): void {
    const watched = this.#watched.get(id)
    if (!watched) return
    watched.cameBytes += Math.max(0, bytes - (watched.bytes.get(path) ?? 0))
    watched.bytes.set(path, bytes)
    watched.sizes.set(path, sizeBytes)
    watched.isNew = true
  }

  forget(id: number): void {
    this.#watched.delete(id)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tellAll(): void {
    const nowMs = performance.now()
    for (const [id, watched] of this.#watched) {
      const { bytes, sizes, samples } = watched
      samples.push({ atMs: nowMs, cameBytes: watched.cameBytes })
      while (nowMs - samples[0].atMs > SPEED_OVER_MS) samples.shift()
      if (!watched.isNew) continue
      watched.isNew = false
      const sizeList = [...sizes.values()]
      this.#tell({
        id,
        bytesDone: [...bytes.values()].reduce((sum, value) => sum + value, 0),
        sizeBytes: sizeList.includes(null) ? null : sizeList.reduce<number>((sum, size) => sum + (size ?? 0), 0),
        bytesPerSecond: ((watched.cameBytes - samples[0].cameBytes) * 1000) / Math.max(1, nowMs - samples[0].atMs),
        files: [...bytes].map(([path, bytesDone]) => ({ path, bytesDone })),
      })
    }
  }
}

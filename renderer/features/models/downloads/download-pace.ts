/** How far a download is, and how long the rest will take at the speed of the last seconds. */
import type { DownloadProgress, DownloadView } from '#shared/contract/downloads.ts'

export interface DownloadPace {
  readonly bytesDone: number
  /** Null: the server has not said. */
  readonly sizeBytes: number | null
  /** 0 to 1. */
  readonly part: number | undefined
  /** Undefined while nothing comes. */
  readonly bytesPerSecond: number | undefined
  readonly leftMs: number | undefined
}

export function downloadPace(download: DownloadView, progress: DownloadProgress | undefined): DownloadPace {
  const { bytesDone, sizeBytes } = progress ?? download
  const bytesPerSecond = (progress?.bytesPerSecond ?? 0) > 0 ? progress?.bytesPerSecond : undefined
  const isKnown = sizeBytes !== null && sizeBytes > 0
  return {
    bytesDone,
    sizeBytes,
    part: isKnown ? Math.min(1, bytesDone / sizeBytes) : undefined,
    bytesPerSecond,
    leftMs:
      isKnown && bytesPerSecond !== undefined
        ? (Math.max(0, sizeBytes - bytesDone) / bytesPerSecond) * 1000
        : undefined,
  }
}

/** How far a download is, on one line of a terminal: share, bytes, speed and the time that is left. */
import type { DownloadView } from '#shared/contract/downloads.ts'
import { duration, fileSize } from '../format.ts'
import { progressBar, type StatusLine } from '../status-line.ts'

/** The speed is that of so long. */
const SPEED_OVER_MS = 5_000

export interface DownloadProgressLine {
  show(view: DownloadView): void
}

/** @param note what people should know about a file, once each */
export function createDownloadProgress(
  status: Pick<StatusLine, 'show'>,
  note: (message: string) => void,
  now = (): number => performance.now(),
): DownloadProgressLine {
  const samples: { atMs: number; bytes: number }[] = []
  const noted = new Set<string>()

  const bytesPerMs = (bytes: number): number => {
    const atMs = now()
    // fewer than before: it began anew
    if (bytes < (samples.at(-1)?.bytes ?? 0)) samples.length = 0
    samples.push({ atMs, bytes })
    while (atMs - samples[0].atMs > SPEED_OVER_MS) samples.shift()
    const spanMs = atMs - samples[0].atMs
    return spanMs === 0 ? 0 : (bytes - samples[0].bytes) / spanMs
  }

  return {
    show({ state, files, bytesDone, sizeBytes }) {
      for (const file of files) {
        const told = `${file.path}: ${file.note ?? ''}`
        if (file.note === null || noted.has(told)) continue
        noted.add(told)
        note(told)
      }
      const speed = bytesPerMs(bytesDone)
      const parts =
        sizeBytes === null
          ? [fileSize(bytesDone)]
          : [progressBar(bytesDone / Math.max(sizeBytes, 1)), `${fileSize(bytesDone)} of ${fileSize(sizeBytes)}`]
      if (state === 'queued') parts.push('waiting')
      if (speed > 0) {
        parts.push(`${fileSize(speed * 1000)}/s`)
        if (sizeBytes !== null) parts.push(`${duration((sizeBytes - bytesDone) / speed)} left`)
      }
      status.show(parts.join('  '))
    },
  }
}

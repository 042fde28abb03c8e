/** A page whose process went down is loaded again: queue and engine are elsewhere and go on meanwhile. */
import { dialog, type BrowserWindow, type RenderProcessGoneDetails } from 'electron'

/** More than this many in that time, and it would go down for ever. */
const MAX_CRASHES = 3
const WITHIN_MS = 60_000

const REASONS: Partial<Record<RenderProcessGoneDetails['reason'], string>> = {
  oom: 'it ran out of memory',
  killed: 'it was killed',
  'memory-eviction': 'the system took back its memory',
}

/** @param notice told to the page that comes after it */
export function reloadAfterCrash(window: BrowserWindow, notice: (message: string) => void): void {
  let crashesAtMs: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const nowMs = performance.now()
    crashesAtMs = [...crashesAtMs.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs]
    const why = REASONS[reason] ?? 'it crashed'
    if (crashesAtMs.length <= MAX_CRASHES) {
      notice(`The window was loaded again: ${why}. The queue went on meanwhile.`)
      window.webContents.reload()
      return
    }
    void askToReload(window, why)
  })
}

async function askToReload(window: BrowserWindow, why: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window’s page goes down again and again',
    detail: `This time ${why}. The queue goes on without it. A report of each crash is kept on this machine: see Help.`,
    buttons: ['Load again', 'Leave it'],
    cancelId: 1,
  })
  if (response === 0 && !window.isDestroyed()) window.webContents.reload()
}

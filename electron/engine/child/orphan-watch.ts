/**
 * Ends the engine soon after its parent is gone, even in the middle of a long computation.
 *
 * The closed channel alone is not enough: the main thread sees it only between two calls of ONNX Runtime. Measured
 * with the starter model at 2048 × 2048 on two cores, an engine whose parent was killed went on for 6 s in a step and
 * for 52 s in the decoder. A thread of its own looks for the parent instead; the same way works in a forked Node
 * process and in an Electron utility process, which has no other tie to its parent that a thread could watch.
 */
import { Worker } from 'node:worker_threads'

const LOOK_EVERY_MS = 500

// Text, not a file: it is the same in a checkout, in a bundle and in an archive. An orphan gets another parent; on
// Windows it keeps the old number, and whether that process still runs must be asked.
const WATCH = `
  const { parentPid, everyMs } = process.getBuiltinModule('node:worker_threads').workerData
  const isGone = () => {
    if (process.ppid !== parentPid) return true
    if (process.platform !== 'win32') return false
    try {
      process.kill(parentPid, 0)
      return false
    } catch (error) {
      return error.code === 'ESRCH'
    }
  }
  setInterval(() => {
    if (isGone()) process.kill(process.pid, 'SIGKILL')
  }, everyMs)
`

/** Never keeps the process alive, and needs no end of its own. */
export function watchForParent(): void {
  const worker = new Worker(WATCH, {
    eval: true,
    workerData: { parentPid: process.ppid, everyMs: LOOK_EVERY_MS },
    execArgv: [],
  })
  // without it the closed channel still ends the engine, only later
  worker.on('error', () => undefined)
  worker.unref()
}

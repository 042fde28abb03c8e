/**
 * An engine process as an Electron utility process. It has two oddities: when it ends, Electron takes all listeners off
 * its output before the last of it was read, and it tells only a number, which on POSIX is what waitpid gave (a signal
 * that ended the process in the low bits, 128 for a core file). Both read in Electron's own source:
 * lib/browser/api/utility-process.ts, shell/browser/api/electron_api_utility_process.cc.
 */
import { constants } from 'node:os'
import { utilityProcess } from 'electron'
import type { ChildExit, ChildHandle } from '../supervisor/child-handle.ts'

const TAIL_CHARACTERS = 4_096
/** What was printed last is on its way; a process that left children behind may keep the pipe open for ever. */
const LAST_OUTPUT_MS = 300
const CORE_FLAG = 0x80
const SIGNAL_BITS = 0x7f
/** What the engine ends with by itself: 0, 1 and 2 are no signals. */
const CRASH_SIGNALS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV'] as const

export function forkUtilityChild(entry: string): ChildHandle {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Reprise engine', stdio: 'pipe' })
  let outputTail = ''
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const collect = (chunk: Buffer | string): void => {
    outputTail = (outputTail + chunk.toString()).slice(-TAIL_CHARACTERS)
  }
  for (const stream of outputs) stream.on('data', collect)
  child.on('error', (_type, location, report) => {
    collect(`${location}\n${report.slice(0, TAIL_CHARACTERS / 2)}\n`)
  })

  let isWanted = true
  let wasKilled = false
  const kill = (): void => {
    isWanted = false
    if (child.pid === undefined) return
    // not child.kill(): its SIGTERM is not seen by an engine that computes
    wasKilled = killNow(child.pid)
  }
  child.once('spawn', () => {
    if (!isWanted) kill()
  })

  const listeners: ((exit: ChildExit) => void)[] = []
  child.once('exit', (code) => {
    const tell = (): void => {
      const signal = wasKilled ? 'SIGKILL' : signalOf(code)
      for (const listener of listeners) listener({ code: signal === null ? code : null, signal, outputTail })
    }
    // as soon as Electron has taken the listeners off, before more can come
    process.nextTick(() => {
      const read = readToEnd(outputs, collect)
      // outside of this event: Electron is still taking the process apart, and calls back into it end the whole app
      setImmediate(() => void read.then(tell))
    })
  })

  return {
    send: (message) => {
      child.postMessage(message)
    },
    onMessage: (listener) => {
      child.on('message', listener)
    },
    onExit: (listener) => {
      listeners.push(listener)
    },
    kill,
  }
}

function killNow(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself meanwhile
    return false
  }
}

async function readToEnd(
  streams: readonly NodeJS.ReadableStream[],
  onData: (chunk: Buffer | string) => void,
): Promise<void> {
  const ends = streams
    .filter((stream) => stream.readable)
    .map(
      (stream) =>
        new Promise<void>((resolve) => {
          if (stream.listenerCount('data') === 0) stream.on('data', onData)
          stream.once('close', resolve).once('end', resolve).resume()
        }),
    )
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_OUTPUT_MS)
  })
  await Promise.race([Promise.all(ends), limit])
  clearTimeout(timer)
}

function signalOf(code: number): NodeJS.Signals | null {
  if (process.platform === 'win32' || (code & ~(SIGNAL_BITS | CORE_FLAG)) !== 0) return null
  return CRASH_SIGNALS.find((name) => constants.signals[name] === (code & SIGNAL_BITS)) ?? null
}

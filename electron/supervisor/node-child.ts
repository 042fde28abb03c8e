/** An engine process as a forked Node process: what the command line and the web server start. */
import { fork } from 'node:child_process'
import type { ChildHandle } from './child-handle.ts'

const TAIL_CHARACTERS = 4_096

interface NodeChildOptions {
  /** Sees what the process prints, as it prints it. */
  onOutput?: ((text: string) => void) | undefined
}

/** @param entry file to run: the engine's source (.ts) or its bundle (.js) */
export function forkNodeChild(entry: string, { onOutput }: NodeChildOptions = {}): ChildHandle {
  const child = fork(entry, [], {
    serialization: 'advanced',
    // stdout belongs to the parent's results: what native libraries print is collected with stderr
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // flags of the parent (a debugger's port, a test runner's loader) are not the engine's
    execArgv: [],
  })

  let outputTail = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      outputTail = (outputTail + text).slice(-TAIL_CHARACTERS)
      onOutput?.(text)
    })
  }

  // a process that could not be started is told as one that ended, with the reason as its last words
  child.on('error', (error) => {
    if (child.pid === undefined) outputTail += error.message
  })

  return {
    send: (message) => {
      // a message to a process that has just ended is not an error of its own: onExit tells
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage: (listener) => {
      child.on('message', listener)
    },
    onExit: (listener) => {
      // 'close' follows 'exit' when the channel and the output have been read to their end
      child.once('close', (code, signal) => {
        listener({ code, signal, outputTail })
      })
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}

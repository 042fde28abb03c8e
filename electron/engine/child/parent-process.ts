/**
 * Binds serve() to the process that started this one: its channel, its end, and errors that nothing caught. That is a
 * Node process that forked it, or the desktop app, for which it is an Electron utility process.
 */
import type { ChildMessage } from '#shared/engine-protocol.ts'
import { watchForParent } from './orphan-watch.ts'
import { serve, type ParentPort } from './serve.ts'

interface Parent extends ParentPort {
  /** Ends this process when the messages under way have left it. */
  end(): void
}

/** What is used of Electron's `process.parentPort`. */
interface UtilityPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** A utility process cannot ask whether its messages have left it. */
const LAST_MESSAGES_MS = 100

export function connectParent(engine: Parameters<typeof serve>[1]): void {
  const parent = findParent()

  // Ctrl-C, `timeout` and a terminal that is closed reach the whole process group; the parent decides what they mean
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  if (process.platform !== 'win32') process.on('SIGHUP', () => undefined)
  watchForParent()

  const service = serve(parent, engine, () => {
    parent.end()
  })
  const crash = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
    service.fail(error)
    parent.end()
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

function findParent(): Parent {
  const { parentPort } = process as { parentPort?: UtilityPort }
  if (parentPort !== undefined) return desktopApp(parentPort)
  if (process.connected) return forkingProcess()
  process.stderr.write('the engine is started by reprise, not by hand\n')
  process.exit(2)
}

function forkingProcess(): Parent {
  process.on('disconnect', () => process.exit())
  return {
    send: (message: ChildMessage) => {
      // a parent that is gone is noticed by its disconnect, not by each message
      process.send?.(message, undefined, undefined, () => undefined)
    },
    onMessage: (listener) => process.on('message', listener),
    // disconnecting first lets messages still under way arrive; its event then ends the process
    end: () => {
      if (process.connected) process.disconnect()
      else process.exit()
    },
  }
}

/** Electron ends a utility process itself when the app is gone. */
function desktopApp(port: UtilityPort): Parent {
  return {
    send: (message) => {
      port.postMessage(message)
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        listener(data)
      })
    },
    end: () => {
      setTimeout(() => process.exit(), LAST_MESSAGES_MS)
    },
  }
}

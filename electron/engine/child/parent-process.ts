/** Binds serve() to the process that forked this one: its channel, its end, and errors that nothing caught. */
import type { ChildMessage } from '#shared/engine-protocol.ts'
import { watchForParent } from './orphan-watch.ts'
import { serve } from './serve.ts'

export function connectParent(engine: Parameters<typeof serve>[1]): void {
  if (!process.connected) {
    process.stderr.write('the engine is started by reprise, not by hand\n')
    process.exit(2)
  }

  // Ctrl-C and `timeout` reach the whole process group; the parent decides what they mean
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  process.on('disconnect', () => process.exit())
  watchForParent()

  // disconnecting first lets messages still under way arrive; its event then ends the process
  const end = (): void => {
    if (process.connected) process.disconnect()
    else process.exit()
  }

  const service = serve(
    {
      send: (message: ChildMessage) => {
        // a parent that is gone is noticed by its disconnect, not by each message
        process.send?.(message, undefined, undefined, () => undefined)
      },
      onMessage: (listener) => process.on('message', listener),
    },
    engine,
    end,
  )

  const crash = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
    service.fail(error)
    end()
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

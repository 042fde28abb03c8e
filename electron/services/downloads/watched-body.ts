/**
 * A body as it comes in, with two clocks: one that ends it when too little comes for too long (a server that drips a
 * byte now and then keeps every simpler timeout from going off), and one that lets the reader do something else
 * regularly. Only time spent waiting counts, so that a slow disk is not taken for a slow server.
 */
import type { Readable } from 'node:stream'
import { AppError } from '#shared/errors.ts'

export interface StallLimits {
  /** In any such time … */
  readonly stallMs: number
  /** … at least so much must come. */
  readonly stallBytes: number
}

/**
 * @param tickMs nothing (undefined) is given after such a time without data
 * @throws {AppError} `download-failed` for a stall; what the body ends with
 */
export async function* watchedBody(
  body: Readable,
  tickMs: number,
  { stallMs, stallBytes }: StallLimits,
): AsyncGenerator<Uint8Array | undefined> {
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  let waitedMs = 0
  let cameBytes = 0
  try {
    let next = chunks.next()
    for (;;) {
      const beganMs = performance.now()
      const result = await withTimeout(next, Math.min(tickMs, Math.max(1, stallMs - waitedMs)))
      waitedMs += performance.now() - beganMs
      if (result?.done) return
      if (result) cameBytes += result.value.length
      if (waitedMs >= stallMs) {
        if (cameBytes < stallBytes) {
          throw new AppError(
            'download-failed',
            `the server sent only ${cameBytes} bytes within ${Math.round(stallMs / 1000)} s`,
          )
        }
        waitedMs = 0
        cameBytes = 0
      }
      yield result?.value
      if (result) next = chunks.next()
    }
  } finally {
    // also ends the connection, and with it what still waits for a chunk
    body.destroy()
  }
}

async function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}

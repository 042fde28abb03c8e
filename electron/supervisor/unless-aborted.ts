/** Waiting that can be given up. What was waited for goes on. */
import { AppError } from '#shared/errors.ts'

/** @throws {AppError} `cancelled` as soon as the signal is aborted; else what the promise rejects with */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => {
    aborted.reject(new AppError('cancelled', 'cancelled before it began'))
  }
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** What a person sees of an error, and what the shell gets. */
import { AppError } from '#shared/errors.ts'
import type { CliHost } from './host.ts'
import { terminalSafe } from './terminal-safe.ts'

export const EXIT_FAILURE = 1
export const EXIT_USAGE = 2
/** 128 + SIGINT, as shells report a program that Ctrl-C ended. */
export const EXIT_CANCELLED = 130

const MAX_MESSAGE = 2_000

/** One line, `reprise: message (code)`; the stack only with REPRISE_DEBUG=1. @returns the exit code */
export function reportError(thrown: unknown, host: CliHost): number {
  const error = AppError.from(thrown)
  printNote(host, `${error.message} (${error.code})`)
  if (host.debug) printStack(error, host)
  if (error.code === 'cancelled') return EXIT_CANCELLED
  return error.isUsage ? EXIT_USAGE : EXIT_FAILURE
}

/** A line on standard error. */
export function printNote(host: CliHost, message: string): void {
  host.stderr.write(`reprise: ${terminalSafe(message, MAX_MESSAGE)}\n`)
}

function printStack(error: Error, host: CliHost): void {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    host.stderr.write(`${cause.stack ?? cause.message}\n`)
  }
}

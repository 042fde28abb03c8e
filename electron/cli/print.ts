/** Lines on standard output. Nothing out of a database or a file reaches the terminal as it is. */
import { once } from 'node:events'
import { escapeControls } from '#shared/errors.ts'
import { stringifyExact } from '#shared/exact-json.ts'
import type { CliHost } from './host.ts'
import { terminalSafe } from './terminal-safe.ts'

const MAX_LINE = 10_000

export function printLine(host: CliHost, text: string): void {
  host.stdout.write(`${terminalSafe(text, MAX_LINE)}\n`)
}

/** One value, on one line; integers are exact. */
export function printJson(host: CliHost, value: unknown): void {
  // what JSON lets through unescaped stands in strings only, where \uXXXX means the same
  host.stdout.write(`${escapeControls(stringifyExact(value))}\n`)
}

/** @returns false once nobody reads any more */
export async function hasReader({ stdout }: CliHost): Promise<boolean> {
  if (stdout.writableNeedDrain && !stdout.destroyed) {
    const waiting = new AbortController()
    const { signal } = waiting
    await Promise.race([once(stdout, 'drain', { signal }), once(stdout, 'close', { signal })]).catch(() => undefined)
    waiting.abort()
  }
  return !stdout.destroyed
}

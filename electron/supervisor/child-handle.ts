/**
 * What the supervisor knows of an engine process: something to send to, to hear from, and to end. Made by
 * node-child.ts from a forked Node process; a desktop host makes it from an Electron utility process.
 */
import { AppError, quoted } from '#shared/errors.ts'
import type { ParentMessage } from '#shared/engine-protocol.ts'

export interface ChildExit {
  code: number | null
  signal: string | null
  /** The end of what the process printed: native libraries say there why they gave up. */
  outputTail?: string
}

export interface ChildHandle {
  send(message: ParentMessage): void
  onMessage(listener: (raw: unknown) => void): void
  /** Called once, after the last message. */
  onExit(listener: (exit: ChildExit) => void): void
  /** Ends the process at once; it does not get to object. */
  kill(): void
}

/** Why an engine process ended, for people. */
export function engineDied(exit: ChildExit): AppError {
  const { code, signal, outputTail = '' } = exit
  const lastLine = outputTail.trimEnd().split('\n').at(-1) ?? ''
  const printed = lastLine === '' ? '' : ` Its last words: ${quoted(lastLine)}`
  return new AppError('engine-died', `${reason(code, signal)}${printed}`, {
    data: { exitCode: code, signal, outputTail },
  })
}

const LESS_MEMORY = 'make fewer images at once, lower --max-memory, or choose a smaller size'

function reason(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL') {
    return `the engine process was killed (SIGKILL). Systems do that when memory runs out; if so, ${LESS_MEMORY}.`
  }
  if (signal === 'SIGABRT') {
    return `the engine process gave up (SIGABRT), most often for lack of memory: ${LESS_MEMORY}.`
  }
  if (signal === 'SIGBUS') {
    return 'the engine process lost a file it was reading (SIGBUS): was the model folder changed or unmounted?'
  }
  if (signal !== null) return `the engine process was ended by ${signal}.`
  return `the engine process ended by itself (exit code ${code ?? 'unknown'}).`
}

/**
 * What the supervisor knows of an engine process: something to send to, to hear from, and to end. Made by
 * node-child.ts from a forked Node process; a desktop host makes it from an Electron utility process.
 */
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
  /** Called once, after the last message, when nothing of the process is left. Several may listen. */
  onExit(listener: (exit: ChildExit) => void): void
  /** Ends the process at once; it does not get to object. */
  kill(): void
}

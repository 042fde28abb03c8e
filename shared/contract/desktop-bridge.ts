/**
 * What the desktop app puts into its page as `window.reprise`, and the channels behind it. No code but names: the
 * preload script is built from it, and has nothing else in it.
 */
import type { WireError } from '../errors.ts'
import type { Position } from './wire.ts'

export const CHANNELS = {
  /** A procedure, of the studio or of the desktop: (name, input) → CallAnswer. */
  call: 'reprise:call',
  /** Asks for messages, after a position if one is given. */
  listen: 'reprise:listen',
  /** The messages. */
  message: 'reprise:message',
  /** Paths of files that were dropped on the window, which the page itself never gets to know. */
  open: 'reprise:open',
} as const

export const BRIDGE_NAME = 'reprise'

/** Never a rejection: Electron would make a text of the error. */
export type CallAnswer = { readonly output: unknown } | { readonly error: WireError }

export interface DesktopBridge {
  /** `process.platform`: where buttons of the window are, and which key is the command key. */
  readonly platform: string
  /** Wire values in, wire values out (plain values, and Uint8Array for bytes). */
  call(procedure: string, input: unknown): Promise<CallAnswer>
  /**
   * First a hello, then what was missed since that position, then what comes.
   *
   * @returns what ends it. One page has one listener: a new one takes the place of the old one.
   */
  onMessage(listener: (message: unknown) => void, since?: Position): () => void
  /** Files and folders that were dropped on the window: opened where they lie, as if they were opened with the app. */
  openDropped(files: readonly File[]): void
}

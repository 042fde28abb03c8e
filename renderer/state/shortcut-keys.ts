/** Keys by name, such as "mod+enter" or "shift+d"; mod is ⌘ on a Mac and Ctrl elsewhere. */
import { IS_MAC } from '#renderer/text/is-mac.ts'

const NAMES: Readonly<Record<string, string>> = { ' ': 'space', '+': 'plus' }
/** They change other keys and do nothing alone; "dead" waits for the letter that its accent is for. */
const NOT_ALONE = new Set(['control', 'shift', 'alt', 'altgraph', 'meta', 'os', 'fn', 'capslock', 'dead', 'process'])

export type PressedKeys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** @returns undefined while nothing but modifiers is held */
export function keysOf(event: PressedKeys): string | undefined {
  const key = NAMES[event.key] ?? event.key.toLowerCase()
  if (key === '' || NOT_ALONE.has(key)) return undefined
  const [isMod, isOther] = IS_MAC ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey]
  // "?" and "+" have their Shift in them already
  const isShift = event.shiftKey && (event.key.length > 1 || event.key.toLowerCase() !== event.key.toUpperCase())
  const held = [isMod && 'mod', isOther && (IS_MAC ? 'ctrl' : 'meta'), event.altKey && 'alt', isShift && 'shift']
  return [...held.filter((name) => name !== false), key].join('+')
}

/** Plain keys belong to the text that is being typed; those with ⌘ or Ctrl work everywhere. */
export function isPlain(keys: string): boolean {
  return !keys.startsWith('mod+')
}

/** Why keys cannot be chosen: the browser takes them, text is edited with them, or people move about with them. */
export type Refusal = 'browser' | 'editing' | 'moving'

/** What browsers do not let a page have, and what nobody would want to lose: reload, search, zoom, address, print. */
const BROWSER =
  /^mod\+(shift\+)?[twnqr]$|^mod\+(shift\+)?(tab|pageup|pagedown)$|^mod\+[lfgpohjd]$|^mod\+shift\+[ijcdbo]$|^mod\+(plus|-|=|0|_)$|^(mod\+|alt\+|shift\+)?f\d+$|^alt\+(arrowleft|arrowright|home|f\d+)$|^(meta|ctrl)\+/
const EDITING = /^mod\+(shift\+)?[acvxzy]$|^(mod\+|alt\+)?(shift\+)?(backspace|delete|home|end)$/
const MOVING =
  /^(shift\+)?(tab|enter|space|escape|home|end|pageup|pagedown|contextmenu)$|^(shift\+|alt\+|mod\+)?arrow\w+$/

/** @returns undefined if they can be chosen */
export function refusalOf(keys: string): Refusal | undefined {
  if (BROWSER.test(keys)) return 'browser'
  if (MOVING.test(keys)) return 'moving'
  // alone, Delete and Backspace edit nothing outside of a text field, where plain keys are not listened to
  if (EDITING.test(keys) && keys !== 'delete' && keys !== 'backspace') return 'editing'
  return undefined
}

/** Keys as people read them on their keyboard. */
import * as m from '#renderer/paraglide/messages.js'
import { IS_MAC } from '#renderer/text/is-mac.ts'

const SIGNS: Readonly<Partial<Record<string, () => string>>> = {
  mod: () => (IS_MAC ? '⌘' : m.key_ctrl()),
  ctrl: () => '⌃',
  meta: () => 'Meta',
  shift: () => (IS_MAC ? '⇧' : m.key_shift()),
  alt: () => (IS_MAC ? '⌥' : 'Alt'),
  enter: () => '↵',
  escape: m.key_escape,
  space: m.key_space,
  delete: m.key_delete,
  pageup: m.key_page_up,
  pagedown: m.key_page_down,
  home: m.key_home,
  end: m.key_end,
  tab: () => '⇥',
  arrowleft: () => '←',
  arrowright: () => '→',
  arrowup: () => '↑',
  arrowdown: () => '↓',
  backspace: () => '⌫',
  plus: () => '+',
}

/** @param keys such as "mod+enter" @returns one sign each */
export function shownKeys(keys: string): string[] {
  return keys.split('+').map((key) => SIGNS[key]?.() ?? key.charAt(0).toUpperCase() + key.slice(1))
}

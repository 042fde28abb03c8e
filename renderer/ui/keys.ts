/** Keys as people read them. */

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent)

const SIGNS: Readonly<Record<string, string>> = {
  mod: IS_MAC ? '⌘' : 'Ctrl',
  shift: IS_MAC ? '⇧' : 'Shift',
  alt: IS_MAC ? '⌥' : 'Alt',
  enter: '↵',
  escape: 'Esc',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  backspace: '⌫',
  plus: '+',
}

/** @param keys such as "mod+enter" @returns one sign each */
export function shownKeys(keys: string): string[] {
  return keys.split('+').map((key) => SIGNS[key] ?? key.charAt(0).toUpperCase() + key.slice(1))
}

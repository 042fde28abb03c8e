/** Keys and what they do. Panels register theirs while they are shown; the latest that applies wins. */

export interface Shortcut {
  /** Names it for people who choose other keys, such as "batch.generate". */
  id: string
  /** "mod+enter", "q", "shift+d", "escape"; mod is ⌘ on a Mac and Ctrl elsewhere. */
  keys: string
  label: () => string
  run: (event: KeyboardEvent) => void
  when?: () => boolean
}

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent)
const NAMES: Readonly<Record<string, string>> = { ' ': 'space', '+': 'plus' }

export class Shortcuts {
  all = $state.raw<readonly Shortcut[]>([])

  constructor() {
    addEventListener('keydown', (event) => {
      this.#press(event)
    })
  }

  /** @returns takes it away again: return it from an `$effect` or `onMount` */
  register(...shortcuts: Shortcut[]): () => void {
    this.all = [...this.all, ...shortcuts]
    return () => {
      this.all = this.all.filter((other) => !shortcuts.includes(other))
    }
  }

  #press(event: KeyboardEvent): void {
    if (event.isComposing) return
    const keys = keysOf(event)
    // letters belong to the text that is being typed, and to the menu or dialog that is open
    const isPlain = !keys.startsWith('mod+')
    // buttons in groups take every Enter for theirs
    if (event.defaultPrevented && keys !== 'mod+enter') return
    if (isPlain && (isTyping(event.target) || isInOverlay(event.target))) return
    const found = this.all.findLast((shortcut) => shortcut.keys === keys && (shortcut.when?.() ?? true))
    if (found === undefined) return
    event.preventDefault()
    found.run(event)
  }
}

function keysOf(event: KeyboardEvent): string {
  const key = NAMES[event.key] ?? event.key.toLowerCase()
  const isMod = IS_MAC ? event.metaKey : event.ctrlKey
  // "?" has its Shift in it already
  const isShift = event.shiftKey && (key.length > 1 || key.toUpperCase() !== key)
  return [isMod && 'mod', event.altKey && 'alt', isShift && 'shift', key].filter(Boolean).join('+')
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
}

function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="menu"], [role="listbox"], [role="dialog"]') !== null
}

/**
 * Keys and what they do. Panels register what they do while they are shown; the latest that applies wins.
 *
 * The keys that somebody chose are kept in this browser and not in the studio's settings: keyboards, their layouts and
 * the hands on them belong to the machine that somebody sits at, and one studio is used from several.
 */
import { keep, readKept } from './kept.ts'
import { isPlain, keysOf } from './shortcut-keys.ts'
import { areTogether, SHORTCUT_IDS, SHORTCUTS, type ShortcutEntry, type ShortcutId } from './shortcut-registry.ts'

export interface Shortcut {
  readonly id: ShortcutId
  readonly run: (event: KeyboardEvent) => void
  readonly when?: () => boolean
  /** What lies over the page and takes keys of its own; absent: the page. */
  readonly within?: () => Element | null
}

const KEPT = 'shortcuts'
/** Keys by shortcut, as far as somebody chose; an empty text: none. */
type Chosen = Readonly<Partial<Record<ShortcutId, string>>>

export class Shortcuts {
  #chosen = $state.raw<Chosen>(readChosen())
  #registered: readonly Shortcut[] = []
  readonly isChanged = $derived(Object.keys(this.#chosen).length > 0)

  constructor() {
    addEventListener('keydown', (event) => {
      this.#press(event)
    })
    // another window chose
    addEventListener('storage', () => (this.#chosen = readChosen()))
  }

  /** @returns takes it away again: return it from an `$effect` or `onMount` */
  register(...shortcuts: Shortcut[]): () => void {
    this.#registered = [...this.#registered, ...shortcuts]
    return () => {
      this.#registered = this.#registered.filter((other) => !shortcuts.includes(other))
    }
  }

  keysOf(id: ShortcutId): readonly string[] {
    const chosen = this.#chosen[id]
    if (chosen !== undefined) return chosen === '' ? [] : [chosen]
    return SHORTCUTS[id].keys
  }

  /** For hints beside what a click does; undefined: it has none. */
  hint(id: ShortcutId): string | undefined {
    return this.keysOf(id).at(0)
  }

  isChosen(id: ShortcutId): boolean {
    return this.#chosen[id] !== undefined
  }

  /** The one that has these keys already, where both work. */
  conflictOf(id: ShortcutId, keys: string): ShortcutId | undefined {
    return SHORTCUT_IDS.find(
      (other) =>
        other !== id && areTogether(SHORTCUTS[id].scope, SHORTCUTS[other].scope) && this.keysOf(other).includes(keys),
    )
  }

  /** Takes the keys away from whoever has them. */
  choose(id: ShortcutId, keys: string): void {
    const changes: Partial<Record<ShortcutId, string>> = { ...this.#chosen, [id]: keys }
    for (let other = this.conflictOf(id, keys); other !== undefined; other = this.conflictOf(id, keys)) {
      changes[other] = this.keysOf(other).find((key) => key !== keys) ?? ''
      this.#chosen = changes
    }
    this.#use(changes)
  }

  /** Whoever took its keys goes back, too. */
  reset(id: ShortcutId): void {
    const waiting = [id]
    for (const each of waiting) {
      this.#chosen = Object.fromEntries(Object.entries(this.#chosen).filter(([other]) => other !== each))
      for (const keys of SHORTCUTS[each].keys) {
        const other = this.conflictOf(each, keys)
        if (other !== undefined) waiting.push(other)
      }
    }
    this.#use(this.#chosen)
  }

  resetAll(): void {
    this.#use({})
  }

  #use(chosen: Chosen): void {
    this.#chosen = chosen
    keep(KEPT, chosen)
  }

  #press(event: KeyboardEvent): void {
    if (event.isComposing) return
    const keys = keysOf(event)
    if (keys === undefined) return
    // buttons in groups take every Enter for theirs
    if (event.defaultPrevented && !/^mod\+.*enter$/.test(keys)) return
    if (isPlain(keys) && isTyping(event.target)) return
    const place = overlayOf(event.target) ?? this.#overlay()
    const found = this.#registered.findLast(
      ({ id, when, within }) =>
        this.keysOf(id).includes(keys) &&
        // keys belong to the menu, dialog or viewer that is open; what goes everywhere goes from there, too
        ((within?.() ?? null) === place || (within === undefined && !isPlain(keys) && isEverywhere(id))) &&
        (when?.() ?? true),
    )
    if (found === undefined) return
    event.preventDefault()
    // whoever holds the keys a moment too long does not want all of it again
    if (event.repeat && found.id.endsWith('.generate')) return
    found.run(event)
  }

  /** The one on top that takes keys, where the focus was lost. */
  #overlay(): Element | null {
    return this.#registered.findLast(({ within }) => (within?.() ?? null) !== null)?.within?.() ?? null
  }
}

function readChosen(): Chosen {
  const kept = readKept(KEPT)
  if (typeof kept !== 'object' || kept === null) return {}
  const all = Object.entries(kept).filter(
    ([id, keys]) =>
      Object.hasOwn(SHORTCUTS, id) &&
      (SHORTCUTS as Record<string, ShortcutEntry>)[id].isFixed !== true &&
      typeof keys === 'string',
  )
  return Object.fromEntries(all)
}

function isEverywhere(id: ShortcutId): boolean {
  return SHORTCUTS[id].scope === 'everywhere'
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
}

function overlayOf(target: EventTarget | null): Element | null {
  if (!(target instanceof Element)) return null
  return target.closest('[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]')
}

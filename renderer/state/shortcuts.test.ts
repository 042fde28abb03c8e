// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { refusalOf } from './shortcut-keys.ts'
import { areTogether, SHORTCUT_IDS, SHORTCUT_SCOPES, SHORTCUTS, type ShortcutEntry } from './shortcut-registry.ts'
import { Shortcuts } from './shortcuts.svelte.ts'

let shortcuts: Shortcuts
let stops: (() => void)[]

beforeEach(() => {
  localStorage.clear()
  document.body.innerHTML = ''
  stops = []
  shortcuts = new Shortcuts()
})
afterEach(() => {
  for (const stop of stops) stop()
})

function press(key: string, target: EventTarget = document.body, held: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held })
  target.dispatchEvent(event)
  return event.defaultPrevented
}

function add<E extends keyof HTMLElementTagNameMap>(
  name: E,
  parent: Element = document.body,
): HTMLElementTagNameMap[E] {
  return parent.appendChild(document.createElement(name))
}

function registered(...args: Parameters<Shortcuts['register']>): void {
  stops.push(shortcuts.register(...args))
}

describe('the registry', () => {
  const all = SHORTCUT_IDS.map((id) => [id, SHORTCUTS[id] as ShortcutEntry] as const)

  test('no two that are there together have the same keys, but for those that move about', () => {
    for (const [id, entry] of all) {
      if (entry.isFixed === true) continue
      for (const keys of entry.keys) expect([id, keys, shortcuts.conflictOf(id, keys)]).toEqual([id, keys, undefined])
    }
  })

  test('nobody can choose keys that are fixed', () => {
    const fixed = all.filter(([, { isFixed }]) => isFixed).flatMap(([, { keys }]) => keys)
    expect(fixed.length).toBeGreaterThan(10)
    for (const keys of fixed) expect([keys, refusalOf(keys)]).not.toEqual([keys, undefined])
  })

  test('keys that can be chosen are none that would be refused', () => {
    for (const [, { keys, isFixed }] of all) {
      if (isFixed !== true) for (const each of keys) expect([each, refusalOf(each)]).toEqual([each, undefined])
    }
  })

  test('together is so for both', () => {
    for (const one of SHORTCUT_SCOPES) {
      for (const other of SHORTCUT_SCOPES) expect(areTogether(one, other)).toBe(areTogether(other, one))
    }
  })
})

describe('pressing', () => {
  test('the latest that applies wins; what is taken away is gone', () => {
    const [first, second] = [vi.fn(), vi.fn()]
    registered({ id: 'shell.queue', run: first })
    const stop = shortcuts.register({ id: 'shell.queue', run: second, when: () => true })
    expect(press('q')).toBe(true)
    stop()
    press('q')
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1])
    expect(press('x')).toBe(false)
  })

  test('text that is typed keeps its letters, and Ctrl works all the same', () => {
    const run = vi.fn()
    registered({ id: 'shell.queue', run }, { id: 'batch.generate', run })
    const field = add('textarea')
    press('q', field)
    expect(run).not.toHaveBeenCalled()
    press('Enter', field, { ctrlKey: true })
    expect(run).toHaveBeenCalledOnce()
  })

  test('from a dialog one can go everywhere, and the panel under it does nothing', () => {
    const [go, generate] = [vi.fn(), vi.fn()]
    registered({ id: 'shell.models', run: go }, { id: 'batch.generate', run: generate })
    const dialog = add('div')
    dialog.role = 'dialog'
    press('4', add('textarea', dialog), { ctrlKey: true })
    press('Enter', add('textarea', dialog), { ctrlKey: true })
    expect([go.mock.calls.length, generate.mock.calls.length]).toEqual([1, 0])
  })

  test('a dialog keeps the keys of the page away, and has its own, even where the focus was lost', () => {
    const [page, viewer] = [vi.fn(), vi.fn()]
    const dialog = add('div')
    dialog.role = 'dialog'
    const other = add('div')
    other.role = 'dialog'
    registered({ id: 'image.reproduce', run: page })
    stops.push(shortcuts.register({ id: 'image.reproduce', run: viewer, within: () => dialog }))
    press('r', add('button', dialog))
    press('r')
    expect([page.mock.calls.length, viewer.mock.calls.length]).toEqual([0, 2])
    press('r', add('button', other))
    expect([page.mock.calls.length, viewer.mock.calls.length]).toEqual([0, 2])
  })
})

describe('choosing other keys', () => {
  test('they are used, shown and kept', () => {
    const run = vi.fn()
    registered({ id: 'shell.queue', run })
    shortcuts.choose('shell.queue', 'shift+q')
    expect(shortcuts.hint('shell.queue')).toBe('shift+q')
    expect([press('q'), press('Q', document.body, { shiftKey: true })]).toEqual([false, true])
    expect(new Shortcuts().hint('shell.queue')).toBe('shift+q')
  })

  test('whoever had them is named and loses them; a reset gives all back', () => {
    expect(shortcuts.conflictOf('shell.queue', 'f')).toBe('image.favourite')
    shortcuts.choose('shell.queue', 'f')
    expect(shortcuts.keysOf('image.favourite')).toEqual([])
    // one of two keys is left
    shortcuts.choose('shell.shortcuts', 'delete')
    expect(shortcuts.keysOf('image.trash')).toEqual(['backspace'])
    shortcuts.reset('image.favourite')
    expect([shortcuts.hint('image.favourite'), shortcuts.hint('shell.queue')]).toEqual(['f', 'q'])
    expect(shortcuts.isChanged).toBe(true)
    shortcuts.resetAll()
    expect([shortcuts.isChanged, shortcuts.hint('shell.shortcuts')]).toEqual([false, '?'])
  })

  test('the same keys do for what is never there together', () => {
    expect(shortcuts.conflictOf('batch.generate', 'mod+enter')).toBeUndefined()
    expect(shortcuts.conflictOf('history.search', 'd')).toBeUndefined()
  })

  test('what somebody else wrote into the storage is left alone', () => {
    localStorage.setItem(
      'reprise.shortcuts',
      JSON.stringify({ 'shell.queue': 7, 'viewer.close': 'x', gone: 'y', 'shell.models': 'm' }),
    )
    const read = new Shortcuts()
    expect(read.hint('shell.queue')).toBe('q')
    expect(read.hint('viewer.close')).toBe('escape')
    expect(read.hint('shell.models')).toBe('m')
  })
})

test('keys that are held generate once, and move on and on', () => {
  const [generate, next] = [vi.fn(), vi.fn()]
  registered({ id: 'batch.generate', run: generate }, { id: 'viewer.next', run: next })
  for (const repeat of [false, true, true]) {
    expect(press('Enter', document.body, { ctrlKey: true, repeat })).toBe(true)
    press('ArrowRight', document.body, { repeat })
  }
  expect([generate.mock.calls.length, next.mock.calls.length]).toEqual([1, 3])
})

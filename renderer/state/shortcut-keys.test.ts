// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { keysOf, refusalOf, type PressedKeys } from './shortcut-keys.ts'

const pressed = (key: string, held: Partial<PressedKeys> = {}): PressedKeys => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

test.each([
  [pressed('q'), 'q'],
  [pressed('Q', { shiftKey: true }), 'shift+q'],
  [pressed('Enter', { ctrlKey: true }), 'mod+enter'],
  [pressed('ArrowUp', { altKey: true, shiftKey: true }), 'alt+shift+arrowup'],
  // what Shift made of the key says enough
  [pressed('?', { shiftKey: true }), '?'],
  [pressed('+', { shiftKey: true }), 'plus'],
  [pressed(' '), 'space'],
  [pressed('k', { metaKey: true }), 'meta+k'],
  [pressed('Shift', { shiftKey: true }), undefined],
  [pressed('Dead'), undefined],
])('%o is %s', (event, keys) => {
  expect(keysOf(event)).toBe(keys)
})

test.each([
  ['mod+t', 'browser'],
  ['mod+shift+n', 'browser'],
  ['mod+plus', 'browser'],
  ['f5', 'browser'],
  ['alt+arrowleft', 'browser'],
  ['meta+k', 'browser'],
  ['mod+c', 'editing'],
  ['mod+shift+z', 'editing'],
  ['tab', 'moving'],
  ['shift+space', 'moving'],
  ['arrowdown', 'moving'],
  ['q', undefined],
  ['delete', undefined],
  ['mod+enter', undefined],
  ['shift+d', undefined],
  ['mod+1', undefined],
  ['plus', undefined],
])('%s is refused: %s', (keys, why) => {
  expect(refusalOf(keys)).toBe(why)
})

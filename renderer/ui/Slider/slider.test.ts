// @vitest-environment happy-dom
/** What every number does: wheel, arrows, Shift for coarse, Alt for fine, a double click for the default, and typing. */
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, expect, test, vi } from 'vitest'
import NumberField from '../NumberField/NumberField.svelte'
import Slider from './Slider.svelte'

const changed = vi.fn<(value: number | undefined) => void>()
let mounted: Record<string, unknown> | undefined

afterEach(async () => {
  if (mounted !== undefined) await unmount(mounted)
  document.body.innerHTML = ''
  changed.mockClear()
})

function send(element: Element, event: Event): void {
  element.dispatchEvent(event)
  flushSync()
}

const press = (element: Element, key: string, held: KeyboardEventInit = {}): void => {
  send(element, new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }))
}
const turn = (element: Element, deltaY: number, held: WheelEventInit = {}): void => {
  // the page that tests run in forgets which keys are held
  send(element, Object.assign(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }), held))
}
const last = (): number | undefined => changed.mock.lastCall?.[0]

const target = document.body
const STRENGTH = { value: 0.5, min: 0, max: 1, step: 0.05, standard: 0.8, label: 'Strength', onchange: changed }

test('a slider: arrows, coarse with Shift, fine with Alt', () => {
  mounted = mount(Slider, { target, props: STRENGTH })
  flushSync()
  const thumb = document.querySelector('.slider-thumb')!
  press(thumb, 'ArrowRight')
  expect(last()).toBe(0.55)
  press(thumb, 'ArrowUp', { altKey: true })
  expect(last()).toBe(0.555)
  // back to a whole step
  press(thumb, 'ArrowLeft')
  expect(last()).toBe(0.55)
  press(thumb, 'ArrowRight', { shiftKey: true })
  expect(last()).toBe(0.6)
  press(thumb, 'ArrowRight', { shiftKey: true })
  expect(last()).toBe(0.8)
})

test('a slider: wheel up is more, a double click the default; both ends hold', () => {
  mounted = mount(Slider, { target, props: STRENGTH })
  flushSync()
  const bar = document.querySelector('.bar')!
  turn(bar, -100)
  expect(last()).toBe(0.55)
  turn(bar, 100, { shiftKey: true })
  expect(last()).toBe(0.4)
  for (let turns = 0; turns < 4; turns++) turn(bar, 100, { shiftKey: true })
  expect(last()).toBe(0)
  send(bar, new MouseEvent('dblclick', { bubbles: true }))
  expect(last()).toBe(0.8)
})

test('a slider: a number that is typed, with a comma as well', () => {
  mounted = mount(Slider, { target, props: STRENGTH })
  flushSync()
  const field = document.querySelector('input')!
  field.value = '0,33'
  send(field, new Event('input', { bubbles: true }))
  press(field, 'Enter')
  expect(last()).toBe(0.33)
  field.value = '7'
  send(field, new Event('input', { bubbles: true }))
  press(field, 'Enter')
  expect(last()).toBe(1)
})

const STEPS = { value: 20, min: 1, max: 1000, label: 'Steps', standard: 30, onchange: changed }

test('a field: arrows and wheel, the wheel only while it is in it', () => {
  mounted = mount(NumberField, { target, props: STEPS })
  flushSync()
  const field = document.querySelector('input')!
  turn(field, -100)
  expect(changed).not.toHaveBeenCalled()
  field.focus()
  turn(field, -100)
  expect(last()).toBe(21)
  press(field, 'ArrowUp', { shiftKey: true })
  expect(last()).toBe(30)
  // whole numbers have no tenths
  press(field, 'ArrowDown', { altKey: true })
  expect(last()).toBe(29)
  send(field, new MouseEvent('dblclick', { bubbles: true }))
  expect(last()).toBe(30)
})

test('a field: what is no number is forgotten, Escape takes back what was typed', () => {
  mounted = mount(NumberField, { target, props: STEPS })
  flushSync()
  const field = document.querySelector('input')!
  for (const [typed, key] of [
    ['many', 'Enter'],
    ['55', 'Escape'],
  ]) {
    field.value = typed
    send(field, new Event('input', { bubbles: true }))
    press(field, key)
    expect(field.value).toBe('20')
  }
  expect(changed).not.toHaveBeenCalled()
})

test('a field that may have no value: emptied, it has none; arrows begin at the default', () => {
  mounted = mount(NumberField<number | undefined>, { target, props: { ...STEPS, placeholder: 'auto' } })
  flushSync()
  const field = document.querySelector('input')!
  field.value = ''
  send(field, new Event('input', { bubbles: true }))
  press(field, 'Enter')
  expect(last()).toBeUndefined()
  press(field, 'ArrowUp')
  expect(last()).toBe(31)
})

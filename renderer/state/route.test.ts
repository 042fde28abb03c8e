// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { idsIn } from './ids-in.ts'
import { Overlays, sequenceOf } from './overlays.svelte.ts'
import { Route } from './route.svelte.ts'

beforeEach(() => {
  history.replaceState(null, '', '#/history?q=fox')
})

test('an address is read: panel, parameters, and what lies over it', () => {
  history.replaceState(null, '', '#/history?q=a+fox&view=12')
  const route = new Route()
  expect([route.panel, route.params.toString(), route.overlaid]).toEqual(['history', 'q=a+fox', { viewed: 12 }])
  history.replaceState(null, '', '#/batch?compare=3.4.5')
  expect(new Route().overlaid).toEqual({ compared: [3, 4, 5] })
})

test.each(['#/nowhere', '#', '#/batch?view=0', '#/batch?view=1e3', '#/batch?compare=7', '#/batch?view=-1&compare=x.y'])(
  '%s shows the batch panel with nothing over it',
  (hash) => {
    history.replaceState(null, '', hash)
    const route = new Route()
    expect([route.panel, route.overlaid]).toEqual(['batch', {}])
  },
)

test('a search typed meanwhile keeps what lies over it, another panel does not', () => {
  const route = new Route()
  route.open({ viewed: 5 })
  route.replace({ q: 'hen' })
  expect(location.hash).toBe('#/history?q=hen&view=5')
  route.go('batch')
  expect([location.hash, route.overlaid]).toEqual(['#/batch', {}])
})

test('opening is one step of the way back, however many images follow', () => {
  const route = new Route()
  const before = history.length
  route.open({ viewed: 5 })
  expect(history.length).toBe(before + 1)
  route.open({ viewed: 6 })
  expect([history.length, location.hash]).toEqual([before + 1, '#/history?q=fox&view=6'])
})

test('what a link opened is closed without leaving the page', () => {
  history.replaceState(null, '', '#/history?q=fox&view=9')
  const route = new Route()
  route.close()
  expect([location.hash, route.overlaid]).toEqual(['#/history?q=fox', {}])
})

test('going where one is makes no step', () => {
  const route = new Route()
  const before = history.length
  route.go('history', { q: 'fox' })
  expect(history.length).toBe(before)
})

test('viewer and comparison are in the address, and one takes the place of the other', () => {
  const overlays = new Overlays(new Route())
  overlays.view(3, sequenceOf([2, 3]))
  expect([overlays.viewed, overlays.sequence?.indexOf(3)]).toEqual([3, 1])
  overlays.compare([1, 2, 3, 4, 5])
  expect([overlays.viewed, overlays.compared, location.hash]).toEqual([
    undefined,
    [1, 2, 3, 4],
    '#/history?q=fox&compare=1.2.3.4',
  ])
})

test('ids are whole numbers from 1 on, each once', () => {
  expect(idsIn('12.13.12')).toEqual([12, 13])
  expect(idsIn('1838359906881536')).toEqual([1838359906881536])
  expect(idsIn('0.-1.1.5e3..99999999999999999999.x')).toEqual([1])
  expect(idsIn(null)).toEqual([])
})

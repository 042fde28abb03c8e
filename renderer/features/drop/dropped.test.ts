import { expect, test } from 'vitest'
import { hovering, kindOf, sorted } from './dropped.ts'

test.each([
  ['image/png', '', 'picture'],
  ['', 'Scan.TIFF', 'picture'],
  ['image/svg+xml', 'drawing.svg', 'other'],
  ['text/plain', 'prompts.txt', 'prompts'],
  ['', 'prompts.jsonl', 'prompts'],
  ['text/html', 'page.html', 'other'],
  ['', 'model.safetensors', 'other'],
  ['', '', 'other'],
])('%s %s is %s', (type, name, kind) => {
  expect(kindOf({ type, name })).toBe(kind)
})

test('while it hangs over the window: files are counted, dragged text is not', () => {
  expect(
    hovering([
      { kind: 'file', type: 'image/jpeg' },
      { kind: 'file', type: 'image/webp' },
      { kind: 'file', type: '' },
      { kind: 'string', type: 'text/plain' },
    ]),
  ).toEqual({ pictures: 2, prompts: 0, others: 1 })
})

test('files in the order they came, by what they are', () => {
  const files = ['b.png', 'x.zip', 'a.jpg', 'list.csv'].map((name) => ({ type: '', name }))
  const names = Object.fromEntries(
    Object.entries(sorted(files)).map(([kind, of]) => [kind, of.map(({ name }) => name)]),
  )
  expect(names).toEqual({ pictures: ['b.png', 'a.jpg'], prompts: ['list.csv'], others: ['x.zip'] })
})

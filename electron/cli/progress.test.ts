import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

function terminal(isTTY: boolean): { stream: PassThrough & { isTTY: boolean; columns: number }; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 })
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { stream, text: () => text }
}

test('shows steps, images and time left, counted from the first step', () => {
  let nowMs = 5_000
  const { stream, text } = terminal(true)
  const progress = createProgress(stream, () => nowMs)
  progress.plan(2, 10)
  progress.step(1, 1)
  nowMs += 4_000
  progress.step(1, 2)
  expect(text().split('\r').at(-1)).toBe(
    `\u001b[2K${'█'.repeat(2)}${'░'.repeat(22)} 10 %  step 2/10  0/2 images  1:12 left`,
  )
  progress.image()
  expect(text()).toContain('1/2 images')
})

test('gives way to what is written, and is gone at the end', () => {
  const { stream, text } = terminal(true)
  const progress = createProgress(stream)
  progress.around(() => stream.write('a line\n'))
  expect(text()).toContain('\u001b[2Ka line\n\r')
  progress.end()
  expect(text().endsWith('\r\u001b[2K')).toBe(true)
})

test('is quiet where nobody watches', () => {
  const { stream, text } = terminal(false)
  const progress = createProgress(stream)
  progress.plan(1, 1)
  progress.step(1, 1)
  progress.around(() => stream.write('a line\n'))
  expect(text()).toBe('a line\n')
})

import { expect, test } from 'vitest'
import { reportText, withoutPrivate } from './report.ts'

test.each([
  ['the data folder is /home/ada/.local/share/reprise, 3 GB are free', 'the data folder is …/reprise, 3 GB are free'],
  ['"/home/ada/My pictures/x y" is a file: name a folder', '"…/x y" is a file: name a folder'],
  ['found C:\\Users\\ada\\models.', 'found …/models.'],
  ['in ~/models and \\\\nas\\share\\sd', 'in …/models and …/sd'],
  ['32 of 64 km/h, and/or 1/2', '32 of 64 km/h, and/or 1/2'],
  ['see http://127.0.0.1:8080/docs', 'see http://127.0.0.1:8080/docs'],
])('%s', (text, shown) => {
  expect(withoutPrivate(text)).toBe(shown)
})

test.each([
  ['GET /ws?token=k7Qm-3fA9xZ_2bLp was refused', 'GET …/ws?token=… was refused'],
  ['the hub refused hf_AbCdEfGhIjKlMnOp', 'the hub refused …'],
  ['sent Authorization: Bearer k7Qm3fA9xZ2bLp.q', 'sent Authorization: Bearer …'],
  ['a token of 32 signs', 'a token of 32 signs'],
])('nothing that lets in: %s', (text, shown) => {
  expect(withoutPrivate(text)).toBe(shown)
})

test('whose folders they are is not told, nor where the name stands alone', () => {
  const text = '/home/ada/data can be written\nowned by ada, not by adam: C:\\Users\\Grace H\\x'
  expect(withoutPrivate(text)).not.toMatch(/\bada\b|\bGrace\b/)
  expect(withoutPrivate(text)).toContain('not by adam')
})

test('the whole report', () => {
  const text = reportText(
    {
      version: '0.1.0',
      nodeVersion: '24.0.0',
      platform: 'linux x64',
      engine: { state: 'ready', lastFailure: { code: 'engine-died', message: 'it was killed' } },
      startupNotes: ['moved /data/a.png'],
    },
    [{ name: 'data folder', state: 'good', message: '/data/reprise can be written' }],
    'Chromium 140',
    ['engine-died', 'disk-full'],
  )
  expect(text).toBe(
    'Reprise 0.1.0\nNode 24.0.0, linux x64\nChromium 140\n' +
      'engine: ready; ended with engine-died: it was killed\nat the start: moved …/a.png\njobs that failed lately: engine-died, disk-full\n\n' +
      '[good] data folder: …/reprise can be written\n',
  )
})

import { expect, test } from 'vitest'
import { reportText, withoutPaths } from './report.ts'

test.each([
  ['the data folder is /home/ada/.local/share/reprise, 3 GB are free', 'the data folder is …/reprise, 3 GB are free'],
  ['"/home/ada/My pictures/x y" is a file: name a folder', '"…/x y" is a file: name a folder'],
  ['found C:\\Users\\ada\\models.', 'found …/models.'],
  ['in ~/models and \\\\nas\\share\\sd', 'in …/models and …/sd'],
  ['32 of 64 km/h, and/or 1/2', '32 of 64 km/h, and/or 1/2'],
  ['see http://127.0.0.1:8080/docs', 'see http://127.0.0.1:8080/docs'],
])('%s', (text, shown) => {
  expect(withoutPaths(text)).toBe(shown)
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
  )
  expect(text).toBe(
    'Reprise 0.1.0\nNode 24.0.0, linux x64\nChromium 140\n' +
      'engine: ready; ended with engine-died: it was killed\nat the start: moved …/a.png\n\n' +
      '[good] data folder: …/reprise can be written\n',
  )
})

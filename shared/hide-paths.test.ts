import { expect, test } from 'vitest'
import { AppError, quoted } from './errors.ts'
import { hidePaths } from './hide-paths.ts'

test.each([
  ['the folder is gone: put it back at "/home/anna/my models/sd", or', 'the folder is gone: put it back at "sd", or'],
  [String.raw`no "C:\\Users\\anna\\sd\\unet" there`, 'no "unet" there'],
  [String.raw`"\\\\server\\share\\x.png" is damaged`, '"x.png" is damaged'],
  ["ENOENT: no such file or directory, open '/home/anna/a.json'", "ENOENT: no such file or directory, open 'a.json'"],
  ["EXDEV: cross-device, rename '/home/an'na/a' -> '/mnt/b c/d'", "EXDEV: cross-device, rename 'd'"],
  ['cannot read C:/Users/anna/x', 'cannot read x'],
  ['opened file:///home/anna/x.png', 'opened x.png'],
  ['width 100 is not a multiple of 8; 1/2 and/or "a, b"', 'width 100 is not a multiple of 8; 1/2 and/or "a, b"'],
  ['8 / 512 of them: send them to POST /inputs', '8 / 512 of them: send them to POST /inputs'],
])('%s', (message, shown) => {
  expect(hidePaths(message)).toBe(shown)
})

test.each(['/home/anna/a "quoted" name/x', "/home/it's/x", '/home/anna/a b/c\\d/x', `/home/${'anna/'.repeat(50)}x`])(
  'quoted, %s leaves nothing of its folders',
  (path) => {
    expect(hidePaths(`cannot write to ${quoted(path)}: the disk is full`)).not.toMatch(/home|anna|it's|quoted|a b/)
  },
)

test('an error as a plain object has the public text, unless the private one is asked for', () => {
  const place = '/home/anna/data'
  const error = new AppError('disk-full', `the disk is full at ${quoted(`${place}/reprise.sqlite`)}`, {
    data: { path: `${place}/a.png`, found: [place, { deep: `in ${quoted(place)}` }], count: 3 },
  })
  expect(JSON.stringify(error.toWire())).not.toContain('anna')
  expect(error.toWire()).toMatchObject({
    message: 'the disk is full at "reprise.sqlite"',
    data: { path: 'a.png', count: 3 },
  })
  expect(JSON.stringify(error.toPrivateWire())).toContain(place)
})

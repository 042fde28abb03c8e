import { expect, test } from 'vitest'
import { hidePaths } from './hide-paths.ts'

test.each([
  ['the folder is gone: put it back at "/home/anna/my models/sd", or', 'the folder is gone: put it back at "sd", or'],
  [String.raw`no "C:\\Users\\anna\\sd\\unet" there`, 'no "unet" there'],
  [String.raw`"\\\\server\\share\\x.png" is damaged`, '"x.png" is damaged'],
  ["ENOENT: no such file or directory, open '/home/anna/a.json'", "ENOENT: no such file or directory, open 'a.json'"],
  ['cannot read C:/Users/anna/x', 'cannot read x'],
  ['width 100 is not a multiple of 8; 1/2 and/or "a, b"', 'width 100 is not a multiple of 8; 1/2 and/or "a, b"'],
])('%s', (message, shown) => {
  expect(hidePaths(message)).toBe(shown)
})

import { describe, expect, it } from 'vitest'
import { parseJsonObject, parsePythonJsonObject } from './json-file.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('parsePythonJsonObject', () => {
  it('reads the bare infinities that diffusers writes, and leaves strings alone', () => {
    expect(parsePythonJsonObject(bytes('{"a": -Infinity, "b": [Infinity, NaN], "c": "-Infinity \\" NaN"}'))).toEqual({
      a: -Infinity,
      b: [Infinity, null],
      c: '-Infinity " NaN',
    })
  })

  it('is stricter nowhere else', () => {
    expect(() => parsePythonJsonObject(bytes('{"a": Infinit}'))).toThrow('is not JSON')
    expect(() => parseJsonObject(bytes('{"a": Infinity}'))).toThrow('is not JSON')
  })
})

describe('what is no JSON', () => {
  it.each([
    ['\ufeff{}', /^begins with a byte order mark/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', /Git LFS pointer/],
    ['<!doctype html><html>', /web page/],
    ['{', /^is not JSON in UTF-8$/],
  ])('%j is told what it is', (text, message) => {
    expect(() => parseJsonObject(bytes(text))).toThrow(message)
  })
  it('UTF-16 as well', () => {
    expect(() => parseJsonObject(Uint8Array.of(0xff, 0xfe, 0x7b, 0))).toThrow(/^is UTF-16/)
  })
})

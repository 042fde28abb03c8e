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

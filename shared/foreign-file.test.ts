import { expect, test } from 'vitest'
import { describeForeignFile } from './foreign-file.ts'

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 3438167540\n`

test.each([
  [POINTER, 'Git LFS pointer'],
  ['<!DOCTYPE html><html class="">', 'web page'],
  ['\n  <html lang="en">', 'web page'],
  ['\ufeff<!doctype html>', 'web page'],
  ['{"error":"Invalid credentials"}', 'JSON'],
  ['PK\u0003\u0004\u0000\u0000archive/data.pkl', 'pickle'],
  ['GGUF\u0003\u0000', 'GGUF'],
  ['Entry not found', 'server that refused'],
  ['\u0000'.repeat(64), 'zeros'],
])('%j', (text, expected) => {
  expect(describeForeignFile(new TextEncoder().encode(text))).toContain(expected)
})

test('a pickle alone, and what nobody knows', () => {
  expect(describeForeignFile(Uint8Array.of(0x80, 2, 0x8a, 10))).toContain('pickle')
  expect(describeForeignFile(Uint8Array.of())).toBeUndefined()
  expect(describeForeignFile(Uint8Array.of(0x88, 0x10, 0, 0, 0, 0, 0, 0, 0x7b, 0x22))).toBeUndefined()
})

import { expect, test } from 'vitest'
import { mistakenFor } from './mistaken-file.ts'

const of = (text: string) => mistakenFor(new TextEncoder().encode(text))

test('pointers of Git LFS and web pages are known, whatever else is in them', () => {
  expect(of('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 42\n')).toMatch(/Git LFS pointer/)
  expect(of('version https://hawser.github.com/spec/v1\noid sha256:4d7a\n')).toMatch(/Git LFS pointer/)
  expect(of('<!DOCTYPE html>\n<html lang="en">')).toMatch(/web page/)
  expect(of('\ufeff\n  <HTML>')).toMatch(/web page/)
  for (const text of ['', '{"a": 1}', '<|endoftext|>', 'version 1', '#version: 0.2']) expect(of(text)).toBeUndefined()
})

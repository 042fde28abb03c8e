/** CLIP's vocabulary, as the files of a tokenizer folder, out of what comes with Reprise. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

const MERGES = path.join(import.meta.dirname, '../../build/clip/merges.txt.gz')

/** @returns vocab.json and merges.txt */
export function readMerges(): { vocabulary: Record<string, number>; merges: string } {
  const text = gunzipSync(readFileSync(MERGES)).toString()
  const own = [...Array(256).keys()].filter((byte) => isPrintable(byte))
  const bytes = [
    ...own.map((byte) => String.fromCharCode(byte)),
    ...Array.from({ length: 256 - own.length }, (_, i) => String.fromCharCode(256 + i)),
  ]
  const joined = text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(' ', ''))
  const tokens = [...bytes, ...bytes.map((char) => `${char}</w>`), ...joined, '<|startoftext|>', '<|endoftext|>']
  return { vocabulary: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: `#version: 0.2\n${text}` }
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
}

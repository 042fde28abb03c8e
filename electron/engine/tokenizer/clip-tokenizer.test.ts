import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openClipTokenizer, type ClipPadding } from './clip-tokenizer.ts'

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/tokenizer')
const fixture = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'))
/** Made by test/oracles/clip_tokenizer.py: ids, without the padding at the end, of its strings and those of cases.json. */
const oracle = fixture('clip.json') as { strings: string[] } & Record<ClipPadding, { padId: number; ids: number[][] }>
const strings = [...oracle.strings, ...(fixture('cases.json') as { strings: string[] }).strings]

test.each<[ClipPadding, number]>([
  ['end', 49_407],
  ['zero', 0],
])('ids are those of transformers, padded with %s', async (padding, padId) => {
  const tokenizer = await openClipTokenizer(padding)
  expect(tokenizer).toMatchObject({ maxLength: 77, vocabSize: 49_408 })
  expect(oracle[padding].padId).toBe(padId)
  for (const [index, text] of strings.entries()) {
    const ids = oracle[padding].ids[index]
    const expected = [...ids, ...Array<number>(77 - ids.length).fill(padId)]
    expect([...tokenizer.encode(text).ids], JSON.stringify(text)).toEqual(expected)
  }
})

test('a well-known prompt', async () => {
  const { ids } = (await openClipTokenizer('end')).encode('a photograph of an astronaut riding a horse')
  expect([...ids.slice(0, 10)]).toEqual([49406, 320, 8853, 539, 550, 18376, 6765, 320, 4558, 49407])
})

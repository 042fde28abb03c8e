import { expect, test } from 'vitest'
import type { ClipTokenizer } from './open-tokenizer.ts'
import { withinVocabulary } from './within-vocabulary.ts'

/** Each letter is its place in the alphabet. */
const tokenizer: ClipTokenizer = {
  maxLength: 3,
  vocabSize: 26,
  encode: (text) => ({ ids: Int32Array.from(text, (letter) => letter.charCodeAt(0) - 97), endPosition: text.length }),
}

test('a token without a vector is refused where a prompt has it, and nowhere else', () => {
  const limited = withinVocabulary(tokenizer, 25)
  expect([...limited.encode('axy').ids]).toEqual([0, 23, 24])
  expect(() => limited.encode('az')).toThrow(/id 25.*ids up to 24/)
  expect(withinVocabulary(tokenizer, 26)).toBe(tokenizer)
})

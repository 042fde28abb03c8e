/**
 * A tokenizer whose ids may go beyond what the text encoder has vectors for: a concept's token was added and saved without
 * the encoder that learnt it. As in diffusers, only a prompt that has the token cannot be encoded.
 */
import { AppError } from '#shared/errors.ts'
import type { ClipTokenizer } from './open-tokenizer.ts'

/** @param vocabSize of the text encoder */
export function withinVocabulary(tokenizer: ClipTokenizer, vocabSize: number): ClipTokenizer {
  if (tokenizer.vocabSize <= vocabSize) return tokenizer
  return {
    maxLength: tokenizer.maxLength,
    vocabSize,
    encode(text) {
      const encoded = tokenizer.encode(text)
      const id = encoded.ids.find((each) => each >= vocabSize)
      if (id === undefined) return encoded
      throw new AppError(
        'tokenizer-invalid',
        `the prompt has a token (id ${id}) that the text encoder has no vector for, it takes ids up to ${vocabSize - 1}: ` +
          'write the prompt without it, or use the text encoder that was saved with it',
      )
    },
  }
}

/**
 * Prompts → token ids, equal to transformers 5 `CLIPTokenizer` as diffusers calls it (padding to the full length,
 * truncation); oracle: test/oracles/tokenizer.py. Not built on @huggingface/tokenizers, which goes through the whole
 * of a prompt however long it is, and follows JavaScript where Rust differs: \s, the final sigma, newer letters.
 */
import { BytePairEncoding } from './byte-pair-encoding.ts'
import { tokenBytes } from './byte-level.ts'
import { AddedTokenFinder } from './added-tokens.ts'
import { specialTokens, type SpecialTokens } from './special-tokens.ts'
import { words } from './split-words.ts'
import { readTokenizerFiles, tokenizerInvalid, type TokenizerFiles } from './tokenizer-files.ts'

export interface EncodedPrompt {
  /** [maxLength]: begin, the prompt's tokens, end, padding. */
  readonly ids: Int32Array
  /** Where the end token stands that closes the prompt. */
  readonly endPosition: number
  /** Of a prompt that is too long: what is left out, as the model would have read it; its beginning, if that is long. */
  readonly truncatedText?: string
}

export interface ClipTokenizer {
  /** Tokens of a prompt, with begin and end. */
  readonly maxLength: number
  /** The highest id that can come out, plus 1. */
  readonly vocabSize: number
  encode(text: string): EncodedPrompt
}

export interface OpenTokenizerOptions {
  /** `max_position_embeddings` of the text encoder: no prompt is made longer, whatever the tokenizer claims. */
  readonly maxPositionEmbeddings?: number
}

/** CLIP's own. */
const DEFAULT_MAX_LENGTH = 77
/** Of what is left out, as much is decoded as a warning can show. */
const MAX_SHOWN_TOKENS = 60
const MAX_SHOWN_CHARS = 300
/**
 * @param dir the tokenizer folder
 * @throws {AppError} `tokenizer-invalid`
 */
export async function openTokenizer(dir: string, options: OpenTokenizerOptions = {}): Promise<ClipTokenizer> {
  return tokenizerOf(await readTokenizerFiles(dir), options)
}

/**
 * @param files as a tokenizer folder would have them
 * @throws {AppError} `tokenizer-invalid`
 */
export function tokenizerOf(files: TokenizerFiles, options: OpenTokenizerOptions): ClipTokenizer {
  const special = specialTokens(files)
  const encoding = new BytePairEncoding(files.vocabulary, files.merges, special.unknown)
  const claimed = files.config.model_max_length
  const maxLength = Math.min(
    // where nobody set it, transformers writes 1e30
    typeof claimed === 'number' && claimed < 1e6 ? claimed : (options.maxPositionEmbeddings ?? DEFAULT_MAX_LENGTH),
    options.maxPositionEmbeddings ?? Infinity,
  )
  if (!Number.isInteger(maxLength) || maxLength < 2) {
    throw tokenizerInvalid(`tokenizer_config.json: model_max_length ${String(claimed)} leaves no room for a prompt`)
  }
  return new OpenedTokenizer(files.vocabulary, special, encoding, maxLength)
}

class OpenedTokenizer implements ClipTokenizer {
  readonly maxLength: number
  readonly vocabSize: number
  readonly #special: SpecialTokens
  readonly #finder: AddedTokenFinder
  readonly #encoding: BytePairEncoding
  readonly #tokenOf = new Map<number, string>()

  constructor(
    vocabulary: ReadonlyMap<string, number>,
    special: SpecialTokens,
    encoding: BytePairEncoding,
    maxLength: number,
  ) {
    this.maxLength = maxLength
    this.#special = special
    this.#finder = new AddedTokenFinder(special.added)
    this.#encoding = encoding
    for (const [token, id] of vocabulary) this.#tokenOf.set(id, token)
    for (const [id, { content }] of special.added) this.#tokenOf.set(id, content)
    let size = 0
    for (const id of this.#tokenOf.keys()) size = Math.max(size, id + 1)
    this.vocabSize = size
  }

  encode(text: string): EncodedPrompt {
    const { beginId, endId, padId } = this.#special
    const ids = new Int32Array(this.maxLength).fill(padId)
    ids[0] = beginId
    const room = this.maxLength - 2
    const left: number[] = []
    let count = 0
    for (const id of this.#ids(text.toWellFormed())) {
      if (count < room) ids[++count] = id
      else if (left.push(id) > MAX_SHOWN_TOKENS) break
    }
    ids[count + 1] = endId
    const encoded = { ids, endPosition: count + 1 }
    return left.length === 0 ? encoded : { ...encoded, truncatedText: this.#shown(left) }
  }

  *#ids(text: string): Generator<number> {
    for (const part of this.#finder.split(text)) {
      if ('id' in part) yield part.id
      else for (const word of words(part.text)) yield* this.#encoding.encode(Buffer.from(word))
    }
  }

  #shown(ids: readonly number[]): string {
    const bytes = ids.slice(0, MAX_SHOWN_TOKENS).map((id) => tokenBytes(this.#tokenOf.get(id) ?? ''))
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(bytes))
    const whole = text.replaceAll('</w>', ' ').replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '')
    if (ids.length <= MAX_SHOWN_TOKENS && whole.length <= MAX_SHOWN_CHARS) return whole
    return `${whole.slice(0, MAX_SHOWN_CHARS).replace(/[\ud800-\udbff]$/, '')}…`
  }
}

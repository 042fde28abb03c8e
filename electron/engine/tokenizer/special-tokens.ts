/**
 * Which tokens begin, end and fill a prompt, and which are looked for in its text. Over the years this has been written
 * in four files, as strings and as objects; the rules here are those of transformers 5 (`_from_pretrained`,
 * `TokenizersBackend.__init__`), where the last word on a token wins. Oracle: test/oracles/tokenizer.py.
 */
import { quoted } from '#shared/errors.ts'
import { isObject } from '#engine/weights/json-file.ts'
import type { AddedToken } from './added-tokens.ts'
import { onLeft, tokenizerInvalid, type TokenizerFiles } from './tokenizer-files.ts'

export interface SpecialTokens {
  readonly beginId: number
  readonly endId: number
  readonly padId: number
  /** Its content; BPE looks it up in the vocabulary. */
  readonly unknown: string
  /** By id. */
  readonly added: ReadonlyMap<number, AddedToken>
}

/** In the order in which they are added. */
const NAMED = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const
const DEFAULTS: Partial<Record<string, string>> = {
  bos_token: '<|startoftext|>',
  eos_token: '<|endoftext|>',
  unk_token: '<|endoftext|>',
  pad_token: '<|endoftext|>',
}

/** @throws {AppError} `tokenizer-invalid` */
export function specialTokens(files: TokenizerFiles): SpecialTokens {
  const { config } = files
  if (config.padding_side === 'left' || config.truncation_side === 'left') throw onLeft('tokenizer_config.json')
  const { named, known, extra } = collect(files)
  const added = new Map<number, AddedToken>()
  const ids = new Map<string, number>()
  const add = (token: AddedToken) => {
    const id = ids.get(token.content) ?? files.vocabulary.get(token.content) ?? nextId(ids, files.vocabulary.size)
    ids.set(token.content, id)
    added.set(id, token)
  }
  for (const [, token] of [...known].sort(([a], [b]) => a - b)) add(token)
  const contents = new Set([...known.values()].map((token) => token.content))
  for (const token of [...named.values(), ...extra]) if (!contents.has(token.content)) add(token)

  const contentOf = (name: string) => {
    const token = named.get(name)
    if (token === undefined) throw tokenizerInvalid(`the tokenizer's ${name} is set to nothing; CLIP needs one`)
    return token.content
  }
  const idOf = (name: string) => ids.get(contentOf(name))!
  return {
    beginId: idOf('bos_token'),
    endId: idOf('eos_token'),
    padId: idOf('pad_token'),
    unknown: contentOf('unk_token'),
    added,
  }
}

/** For tokens that the vocabulary does not have. */
function nextId(ids: ReadonlyMap<string, number>, vocabularySize: number): number {
  let next = vocabularySize
  for (const id of ids.values()) next = Math.max(next, id + 1)
  return next
}

interface Collected {
  /** bos_token, ... → what it is. */
  readonly named: ReadonlyMap<string, AddedToken>
  /** Tokens that come with an id, which says in which order they are added. */
  readonly known: ReadonlyMap<number, AddedToken>
  readonly extra: readonly AddedToken[]
}

function collect({ config, specialTokensMap, addedTokens, listedTokens }: TokenizerFiles): Collected {
  const values: Record<string, unknown> = { ...config }
  let extra = listOf(config.extra_special_tokens ?? config.additional_special_tokens)
  const known = new Map<number, AddedToken>()
  if (config.added_tokens_decoder !== undefined) {
    if (!isObject(config.added_tokens_decoder)) throw malformed(config.added_tokens_decoder)
    for (const [id, token] of Object.entries(config.added_tokens_decoder)) known.set(indexOf(id), parsed(token, false))
  } else {
    for (const [name, value] of Object.entries(specialTokensMap)) {
      if (name === 'additional_special_tokens' || name === 'extra_special_tokens') extra = [...extra, ...listOf(value)]
      else values[name] = isObject(value) ? parsed(value, true) : value
    }
    // objects of tokenizer_config.json do not count here, as transformers turns them into tokens only later
    const special = new Set(
      [...NAMED.map((name) => values[name]), ...extra].map((value) => (isAddedToken(value) ? value.content : value)),
    )
    for (const [content, id] of Object.entries(addedTokens)) {
      known.set(indexOf(id), parsed({ content }, special.has(content)))
    }
    for (const token of listedTokens) {
      known.set(indexOf(isObject(token) ? token.id : undefined), parsed(token, false))
    }
  }
  const byContent = new Map([...known.values()].map((token) => [token.content, token]))
  const named = new Map<string, AddedToken>()
  for (const name of NAMED) {
    const value = values[name] === undefined ? DEFAULTS[name] : values[name]
    if (value === undefined || value === null) continue
    const token = parsed(value, typeof value === 'string')
    named.set(name, byContent.get(token.content) ?? token)
  }
  return { named, known, extra: extra.map((token) => parsed(token, typeof token === 'string')) }
}

function indexOf(id: unknown): number {
  const index = typeof id === 'string' || typeof id === 'number' ? Number(id) : NaN
  if (!Number.isInteger(index)) throw tokenizerInvalid(`an added token has the id ${quoted(id)}`)
  return index
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** @param special what a token is that does not say so itself; special ones are not normalized unless they say so */
function parsed(value: unknown, special: boolean): AddedToken {
  if (isAddedToken(value)) return value
  const object = typeof value === 'string' ? { content: value } : value
  if (!isObject(object) || typeof object.content !== 'string') throw malformed(value)
  const isSpecial = typeof object.special === 'boolean' ? object.special : special
  return {
    content: object.content,
    normalized: typeof object.normalized === 'boolean' ? object.normalized : !isSpecial,
    lstrip: object.lstrip === true,
    rstrip: object.rstrip === true,
    singleWord: object.single_word === true,
  }
}

function isAddedToken(value: unknown): value is AddedToken {
  return isObject(value) && typeof value.content === 'string' && typeof value.singleWord === 'boolean'
}

function malformed(value: unknown): Error {
  return tokenizerInvalid(`a special token is neither text nor an object with content: ${quoted(value)}`)
}

/**
 * The files of a tokenizer folder, as transformers 5 `CLIPTokenizer.from_pretrained` reads them: vocabulary and merges
 * out of tokenizer.json, or of vocab.json and merges.txt; what the special tokens are out of tokenizer_config.json and
 * its older companions.
 */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import { isObject, parseJsonObject, readSmallFile } from '#engine/weights/json-file.ts'

/** tokenizer.json of CLIP is 2 MB. */
const MAX_FILE_BYTES = 50_000_000

export interface TokenizerFiles {
  readonly vocabulary: ReadonlyMap<string, number>
  readonly merges: readonly (readonly [string, string])[]
  /** {} where there is no such file. */
  readonly config: Record<string, unknown>
  readonly specialTokensMap: Record<string, unknown>
  /** added_tokens.json: token → id. */
  readonly addedTokens: Record<string, unknown>
  /** `added_tokens` of tokenizer.json. */
  readonly listedTokens: readonly unknown[]
}

/** @throws {AppError} `tokenizer-invalid` naming the file and what is wrong with it */
export async function readTokenizerFiles(dir: string): Promise<TokenizerFiles> {
  const names = await readdir(dir).catch((cause: unknown) => {
    throw tokenizerInvalid('the tokenizer folder cannot be read', cause)
  })
  const optional = async (name: string) => (names.includes(name) ? readObject(join(dir, name)) : {})
  const companions = {
    config: await optional('tokenizer_config.json'),
    specialTokensMap: await optional('special_tokens_map.json'),
    addedTokens: await optional('added_tokens.json'),
  }
  if (names.includes('tokenizer.json')) {
    const file = await readObject(join(dir, 'tokenizer.json'))
    const model = isObject(file.model) ? file.model : {}
    if (model.type !== undefined && model.type !== 'BPE') {
      throw tokenizerInvalid(`tokenizer.json: its model is ${quoted(JSON.stringify(model.type))}, CLIP's is BPE`)
    }
    for (const setting of [file.padding, file.truncation]) {
      if (isObject(setting) && setting.direction === 'Left') throw onLeft('tokenizer.json')
    }
    return {
      ...companions,
      vocabulary: vocabularyOf(model.vocab, 'tokenizer.json'),
      merges: mergesOf(model.merges),
      listedTokens: Array.isArray(file.added_tokens) ? file.added_tokens : [],
    }
  }
  for (const name of ['vocab.json', 'merges.txt']) {
    if (!names.includes(name)) throw tokenizerInvalid(`neither tokenizer.json nor ${name} is in the tokenizer folder`)
  }
  return {
    ...companions,
    vocabulary: vocabularyOf(await readObject(join(dir, 'vocab.json')), 'vocab.json'),
    merges: mergesOf(mergeLines(await readText(join(dir, 'merges.txt')))),
    listedTokens: [],
  }
}

export function tokenizerInvalid(message: string, cause?: unknown): AppError {
  return new AppError('tokenizer-invalid', message, { cause })
}

export function onLeft(file: string): AppError {
  return tokenizerInvalid(`${file}: it pads or cuts prompts on the left; only the right, as CLIP does, is supported`)
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readSmallFile(file, MAX_FILE_BYTES)
  } catch (cause) {
    throw tokenizerInvalid(`${basename(file)} cannot be read: ${(cause as Error).message}`, cause)
  }
}

async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw tokenizerInvalid(`${basename(file)} is not UTF-8`, cause)
  }
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  const bytes = await readBytes(file)
  try {
    return parseJsonObject(bytes)
  } catch (cause) {
    throw tokenizerInvalid(`${basename(file)} ${(cause as Error).message}`, cause)
  }
}

function vocabularyOf(value: unknown, file: string): Map<string, number> {
  if (!isObject(value)) throw tokenizerInvalid(`${file}: there is no vocabulary in it`)
  const vocabulary = new Map<string, number>()
  for (const [token, id] of Object.entries(value)) {
    if (!isTokenId(id)) throw tokenizerInvalid(`${file}: the id of ${quoted(token)} is not a whole number in range`)
    vocabulary.set(token, id)
  }
  return vocabulary
}

/** Far more than any text encoder has, and small enough for the arithmetic on pairs of ids. */
const MAX_TOKEN_ID = 2 ** 24

function isTokenId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < MAX_TOKEN_ID
}

function mergeLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  // what ends the last line begins none
  if (lines.at(-1) === '') lines.pop()
  return lines.filter((line) => !line.startsWith('#version'))
}

/** 'left right', or in newer files [left, right]. */
function mergesOf(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) throw tokenizerInvalid('tokenizer.json: there are no merges in it')
  return value.map((merge: unknown, index) => {
    const parts: unknown = typeof merge === 'string' ? merge.split(' ') : merge
    if (!Array.isArray(parts) || parts.length !== 2 || !parts.every((part) => typeof part === 'string')) {
      throw tokenizerInvalid(`merge ${index + 1} is not two tokens: ${quoted(JSON.stringify(merge))}`)
    }
    return [parts[0], parts[1]] as const
  })
}

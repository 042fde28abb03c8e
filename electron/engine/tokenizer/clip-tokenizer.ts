/**
 * CLIP's own tokenizer, which comes with Reprise (build/clip), for checkpoints in a single file. Special tokens are
 * those of the tokenizer folders that Stable Diffusion's models came with. Must give the ids that transformers 5 gives
 * for such folders; oracle: test/oracles/clip_tokenizer.py.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { BYTE_CHARS } from './byte-level.ts'
import { tokenizerOf, type ClipTokenizer, type OpenTokenizerOptions } from './open-tokenizer.ts'
import { tokenizerInvalid, type TokenizerFiles } from './tokenizer-files.ts'

const BEGIN = '<|startoftext|>'
const END = '<|endoftext|>'
const MERGES_FILE = 'build/clip/merges.txt.gz'
const MERGES = 48_894

/**
 * What fills a prompt up: of OpenAI's text encoder (SD 1, the first of SDXL) the end token, of OpenCLIP's (SD 2, the
 * second of SDXL) `!`, whose id is 0.
 */
export type ClipPadding = 'end' | 'zero'

type Vocabulary = Pick<TokenizerFiles, 'vocabulary' | 'merges'>
let known: Promise<Vocabulary> | undefined

/** @throws {AppError} `tokenizer-invalid` if the installation lacks the file */
export async function openClipTokenizer(
  padding: ClipPadding,
  options: OpenTokenizerOptions = {},
): Promise<ClipTokenizer> {
  const special = (content: string) => ({ content, lstrip: false, normalized: true, rstrip: false, single_word: false })
  const files: TokenizerFiles = {
    ...(await (known ??= readVocabulary())),
    config: { model_max_length: 77 },
    specialTokensMap: {
      bos_token: special(BEGIN),
      eos_token: special(END),
      pad_token: padding === 'end' ? END : '!',
      unk_token: special(END),
    },
    addedTokens: {},
    listedTokens: [],
  }
  return tokenizerOf(files, options)
}

async function readVocabulary(): Promise<Vocabulary> {
  const file = findUp(import.meta.dirname)
  if (file === undefined) {
    throw tokenizerInvalid(`CLIP's vocabulary is not where Reprise is installed (${MERGES_FILE}): install it again`)
  }
  const text = await promisify(gunzip)(await readFile(file))
  const merges = text
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ') as unknown as readonly [string, string])
  if (merges.length !== MERGES) throw tokenizerInvalid(`${MERGES_FILE} is damaged: install Reprise again`)
  // bytes that stand for themselves come before those that others stand in for
  const bytes = [...BYTE_CHARS].sort()
  const tokens = [
    ...bytes,
    ...bytes.map((char) => `${char}</w>`),
    ...merges.map(([left, right]) => left + right),
    BEGIN,
    END,
  ]
  return { merges, vocabulary: new Map(tokens.map((token, id) => [token, id])) }
}

/** This file is three levels below the package in a checkout, and one or two where it is bundled (dist, dist/chunks). */
function findUp(from: string): string | undefined {
  for (let dir = from, levels = 0; levels < 4; dir = dirname(dir), levels++) {
    const file = join(dir, MERGES_FILE)
    if (existsSync(file)) return file
  }
  return undefined
}

/**
 * Byte pair encoding of one word, as the `BPE` model of Hugging Face tokenizers does it: of all neighbours that the
 * merges list knows, the earliest in the list is joined first, of equals the leftmost, until none is left.
 * Source: Sennrich et al., arXiv:1508.07909; oracle: test/oracles/tokenizer.py, equal ids.
 */
import { AppError, quoted } from '#shared/errors.ts'
import { BYTE_CHARS } from './byte-level.ts'
import { MinHeap } from './min-heap.ts'

const END_OF_WORD = '</w>'
const NONE = -1
/** Heap keys are rank · 2³² + position, exact in a double. */
const POSITIONS = 2 ** 32

export class BytePairEncoding {
  readonly #unknownId: number | undefined
  /** Ids of single bytes inside of a word, and of the last one of a word; NONE where the vocabulary has none. */
  readonly #byteIds: Int32Array
  readonly #lastByteIds: Int32Array
  /** (left id · size + right id) → rank */
  readonly #ranks = new Map<number, number>()
  readonly #joinedIds: Int32Array
  readonly #size: number

  /**
   * @param vocabulary token, in stand-in characters, → id
   * @param merges     pairs of tokens, the first is the first to be joined; of repeated pairs the last counts
   * @throws {AppError} `tokenizer-invalid` if the vocabulary does not have what a merge makes or takes
   */
  constructor(
    vocabulary: ReadonlyMap<string, number>,
    merges: readonly (readonly [string, string])[],
    unknown: string,
  ) {
    this.#unknownId = vocabulary.get(unknown)
    this.#byteIds = Int32Array.from(BYTE_CHARS, (char) => vocabulary.get(char) ?? NONE)
    this.#lastByteIds = Int32Array.from(BYTE_CHARS, (char) => vocabulary.get(char + END_OF_WORD) ?? NONE)
    this.#joinedIds = new Int32Array(merges.length)
    this.#size = 1
    for (const id of vocabulary.values()) this.#size = Math.max(this.#size, id + 1)
    for (const [rank, [left, right]] of merges.entries()) {
      const ids = [left, right, left + right].map((token) => {
        const id = vocabulary.get(token)
        if (id === undefined) {
          throw new AppError(
            'tokenizer-invalid',
            `merge ${rank + 1} needs ${quoted(token)}, which is not in the vocabulary`,
          )
        }
        return id
      })
      this.#ranks.set(ids[0] * this.#size + ids[1], rank)
      this.#joinedIds[rank] = ids[2]
    }
  }

  /**
   * @param bytes UTF-8 of one word, at least one byte
   * @returns its token ids
   * @throws {AppError} `tokenizer-invalid` if neither a byte nor the unknown token is in the vocabulary
   */
  encode(bytes: Uint8Array): number[] {
    const ids = Int32Array.from(bytes, (byte) => this.#known(this.#byteIds[byte]))
    const last = bytes.length - 1
    ids[last] = this.#known(this.#lastByteIds[bytes[last]])
    // a linked list over positions; a symbol lives at the position of its first byte
    const next = Int32Array.from(bytes, (_, i) => (i === last ? NONE : i + 1))
    const previous = Int32Array.from(bytes, (_, i) => i - 1)
    const queue = new MinHeap()
    const offer = (position: number) => {
      if (position === NONE || next[position] === NONE) return
      const rank = this.#rank(ids[position], ids[next[position]])
      if (rank !== undefined) queue.push(rank * POSITIONS + position)
    }
    for (let i = 0; i < last; i++) offer(i)
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      const rank = Math.floor(key / POSITIONS)
      const position = key - rank * POSITIONS
      const right = next[position]
      // an entry is stale if either symbol has been joined with another meanwhile
      if (ids[position] === NONE || right === NONE) continue
      const rankNow = this.#rank(ids[position], ids[right])
      if (rankNow === undefined || this.#joinedIds[rankNow] !== this.#joinedIds[rank]) continue
      ids[position] = this.#joinedIds[rank]
      ids[right] = NONE
      next[position] = next[right]
      if (next[right] !== NONE) previous[next[right]] = position
      offer(previous[position])
      offer(position)
    }
    return [...ids.filter((id) => id !== NONE)]
  }

  #rank(left: number, right: number): number | undefined {
    return this.#ranks.get(left * this.#size + right)
  }

  #known(id: number): number {
    if (id !== NONE) return id
    if (this.#unknownId !== undefined) return this.#unknownId
    throw new AppError('tokenizer-invalid', 'the vocabulary has neither all bytes nor the unknown token')
  }
}

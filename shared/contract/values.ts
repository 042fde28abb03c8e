/** Values that several areas of the contract use. */
import { z } from 'zod'
import { MAX_SEED } from '../generation.ts'

/**
 * A seed has up to 64 bits, more than a JSON number keeps: on the wire it is decimal text ("42"), in code a bigint.
 * Whole numbers are taken too.
 */
export const SeedField = z.codec(
  z.union([z.string().regex(/^\d{1,20}$/, 'a seed is a whole number'), z.int().min(0)]),
  z.bigint().max(MAX_SEED),
  { decode: (wire) => BigInt(wire), encode: (seed) => seed.toString() },
)

export const Id = z.int().positive()

/** Of one bulk action; more are sent in parts. */
export const MAX_BULK_IDS = 10_000
export const Ids = z.array(Id).min(1).max(MAX_BULK_IDS)

/** sha256, hex. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hex')

/** Of tags, collections and presets. */
export const Name = z.string().trim().min(1).max(100)

export const Bytes = z.instanceof(Uint8Array)

/** Longer than any tokenizer reads; a slip of the clipboard shall not fill the database. */
export const MAX_PROMPT_LENGTH = 100_000
export const Prompt = z.string().max(MAX_PROMPT_LENGTH)

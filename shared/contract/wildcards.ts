/** Lists of words that prompts name as __name__. */
import { z } from 'zod'

/** The lists are sent as a whole to every window: together they stay small. */
export const MAX_WILDCARD_CHARACTERS = 1_000_000
const MAX_LISTS = 500
const MAX_LINES = 10_000
const MAX_LINE_LENGTH = 2_000

/** A letter or digit first; then also spaces, dots, dashes, slashes and underscores, never two of those together. */
export const WILDCARD_NAME = /^(?=.{1,64}$)[\p{L}\p{N}](?:[\p{L}\p{N} ./-]|_(?![_]|$))*$/u

export const WildcardsSchema = z
  .record(
    z.string().regex(WILDCARD_NAME, 'a name of letters and digits'),
    z.array(z.string().max(MAX_LINE_LENGTH)).max(MAX_LINES),
  )
  .refine((lists) => Object.keys(lists).length <= MAX_LISTS, `at most ${MAX_LISTS} lists`)
  .refine(
    (lists) =>
      Object.values(lists)
        .flat()
        .reduce((sum, line) => sum + line.length, 0) <= MAX_WILDCARD_CHARACTERS,
    `the lists have more than ${MAX_WILDCARD_CHARACTERS} characters together`,
  )
export type Wildcards = Readonly<Record<string, readonly string[]>>

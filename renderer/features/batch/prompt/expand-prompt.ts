/**
 * "{a|b} with __animal__" as every prompt that it stands for, the last part turning fastest. Lists may name lists.
 * How many there are is known before any of them is written, so that a slip costs nothing.
 */
import { MAX_PROMPT_LENGTH } from '#shared/contract/values.ts'
import type { Wildcards } from '#shared/contract/wildcards.ts'
import { parseTemplate, type Template, type TemplatePart } from './parse-template.ts'

/** Of one row; more are counted, not shown. */
export const MAX_VARIANTS = 1_000
/** Of all prompts of one row. */
const MAX_CHARACTERS = 5_000_000
/** Lists within lists within lists. */
const MAX_LIST_DEPTH = 16

export interface TemplateProblem {
  /** `own-part`: a list that comes to itself again, or lists nested too deep. */
  readonly kind: 'list-missing' | 'list-empty' | 'own-part' | 'too-long'
  /** The list; of a prompt that is too long, none. */
  readonly list?: string
}

export interface Expansion {
  /** The first of them, see MAX_VARIANTS. */
  readonly prompts: readonly string[]
  /** How many there would be; from Number.MAX_SAFE_INTEGER on no longer exact. */
  readonly total: number
  /** Then there are no prompts. */
  readonly problem?: TemplateProblem
}

/** Something that stands for `count` texts. */
interface Choice {
  readonly count: number
  /** Of the longest of them. */
  readonly length: number
  readonly text: (index: number) => string
}

class ExpansionError extends Error {
  readonly problem: TemplateProblem

  constructor(problem: TemplateProblem) {
    super(problem.kind)
    this.problem = problem
  }
}

export function expandPrompt(prompt: string, wildcards: Wildcards = {}): Expansion {
  try {
    const { count, length, text } = new Expander(wildcards).sequence(parseTemplate(prompt), 0)
    if (length > MAX_PROMPT_LENGTH) throw new ExpansionError({ kind: 'too-long' })
    const shown = Math.min(count, MAX_VARIANTS, Math.ceil(MAX_CHARACTERS / Math.max(1, length)))
    return { prompts: Array.from({ length: shown }, (_, index) => text(index)), total: count }
  } catch (error) {
    if (error instanceof ExpansionError) return { prompts: [], total: 0, problem: error.problem }
    throw error
  }
}

class Expander {
  readonly #wildcards: Wildcards
  /** Each list is read once, however often it is named. Undefined while it is being read. */
  readonly #lists = new Map<string, Choice | undefined>()

  constructor(wildcards: Wildcards) {
    this.#wildcards = wildcards
  }

  sequence(template: Template, depth: number): Choice {
    const parts = template.map((part) => this.#part(part, depth))
    const fromLast = parts.toReversed()
    const count = parts.reduce((product, part) => Math.min(product * part.count, Number.MAX_SAFE_INTEGER), 1)
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    const text = (index: number): string => {
      let rest = index
      let all = ''
      for (const part of fromLast) {
        all = part.text(rest % part.count) + all
        rest = Math.floor(rest / part.count)
      }
      return all
    }
    return { count, length, text }
  }

  #part(part: TemplatePart, depth: number): Choice {
    if (typeof part === 'string') return { count: 1, length: part.length, text: () => part }
    if ('list' in part) return this.#list(part.list, depth)
    return oneOf(part.options.map((option) => this.sequence(option, depth)))
  }

  #list(name: string, depth: number): Choice {
    const known = this.#lists.get(name)
    if (known !== undefined) return known
    if (!Object.hasOwn(this.#wildcards, name)) throw new ExpansionError({ kind: 'list-missing', list: name })
    if (this.#lists.has(name) || depth >= MAX_LIST_DEPTH) throw new ExpansionError({ kind: 'own-part', list: name })
    const lines = this.#wildcards[name]
    if (lines.length === 0) throw new ExpansionError({ kind: 'list-empty', list: name })
    this.#lists.set(name, undefined)
    const choice = oneOf(lines.map((line) => this.sequence(parseTemplate(line), depth + 1)))
    this.#lists.set(name, choice)
    return choice
  }
}

function oneOf(options: readonly Choice[]): Choice {
  const count = options.reduce((sum, option) => Math.min(sum + option.count, Number.MAX_SAFE_INTEGER), 0)
  const length = options.reduce((longest, option) => Math.max(longest, option.length), 0)
  const text = (index: number): string => {
    let rest = index
    for (const option of options) {
      if (rest < option.count) return option.text(rest)
      rest -= option.count
    }
    return ''
  }
  return { count, length, text }
}

/** The grid before it runs: which images each prompt row stands for, with their seeds. */
import { MAX_SEED } from '#shared/generation.ts'
import type { PromptRow, SeedPolicy } from '#renderer/state/batch-draft.svelte.ts'
import { expandPrompt } from './expand-prompt.ts'

export interface PlannedImage {
  readonly prompt: string
  readonly negativePrompt: string
  readonly seed: string
  /** The same for the same image, whatever job makes it. */
  readonly key: string
}

export interface PlannedLine {
  readonly prompt: string
  readonly images: readonly PlannedImage[]
}

export interface PlannedRow {
  readonly id: number
  /** One, or one for each way to read the prompt's {a|b}. */
  readonly lines: readonly PlannedLine[]
}

export interface PlanInput {
  rows: readonly PromptRow[]
  negative: string
  imagesPerPrompt: number
  seedPolicy: SeedPolicy
  firstSeed: string
  seedList: string
  drawnSeeds: readonly string[]
}

/** Rows without a prompt stand for nothing. */
export function planGrid(input: PlanInput): PlannedRow[] {
  const columns = columnSeeds(input)
  return input.rows.map((row) => {
    const prompts = row.prompt.trim() === '' ? [] : expandPrompt(row.prompt.trim())
    const seeds = seedsOf(row, columns, input.imagesPerPrompt)
    const negativePrompt = row.negative ?? input.negative
    const lines = prompts.map((prompt) => ({
      prompt,
      images: seeds.map((seed) => ({ prompt, negativePrompt, seed, key: imageKey(prompt, negativePrompt, seed) })),
    }))
    return { id: row.id, lines }
  })
}

export function imageKey(prompt: string, negativePrompt: string, seed: string | bigint): string {
  return JSON.stringify([prompt, negativePrompt, String(seed)])
}

/** One a column; a list may have fewer than there are columns. */
export function columnSeeds(input: Omit<PlanInput, 'negative'>): string[] {
  const count = Math.max(...input.rows.map((row) => row.count ?? input.imagesPerPrompt))
  if (input.seedPolicy === 'list') return readSeedList(input.seedList)
  if (input.seedPolicy === 'fixed') return countUp(input.firstSeed, count)
  return input.drawnSeeds.slice(0, count)
}

function seedsOf(row: PromptRow, columns: readonly string[], imagesPerPrompt: number): readonly string[] {
  const count = row.count ?? imagesPerPrompt
  return row.seed === undefined ? columns.slice(0, count) : countUp(row.seed, count)
}

function countUp(first: string, count: number): string[] {
  const start = readSeed(first)
  if (start === undefined) return []
  const seeds = Array.from({ length: count }, (_, index) => start + BigInt(index))
  return seeds.filter((seed) => seed <= MAX_SEED).map(String)
}

/** Whole numbers, apart by anything. */
export function readSeedList(text: string): string[] {
  const seeds = text.split(/[^\d]+/).map(readSeed)
  return [...new Set(seeds.filter((seed) => seed !== undefined).map(String))]
}

/** @returns undefined if it is no seed */
export function readSeed(text: string): bigint | undefined {
  if (!/^\d{1,20}$/.test(text.trim())) return undefined
  const seed = BigInt(text.trim())
  return seed <= MAX_SEED ? seed : undefined
}

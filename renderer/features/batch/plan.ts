/** The grid before it runs: which images each prompt row stands for, with their seeds and settings. */
import { MAX_IMAGES } from '#shared/batch.ts'
import type { Wildcards } from '#shared/contract/wildcards.ts'
import { MAX_SEED } from '#shared/generation.ts'
import type { PromptRow, SeedPolicy } from '#renderer/state/batch-draft.svelte.ts'
import type { GenerationSettings } from '#renderer/state/generation-draft.svelte.ts'
import { expandPrompt, type TemplateProblem } from './prompt/expand-prompt.ts'
import { settingsKey } from './settings-key.ts'

export interface PlannedImage {
  readonly prompt: string
  readonly negativePrompt: string
  readonly seed: string
  readonly modelId: number | undefined
  readonly settings: GenerationSettings
  readonly settingsKey: string
  /** The same for the same image, whatever job makes it. */
  readonly key: string
}

export interface PlannedLine {
  readonly prompt: string
  readonly images: readonly PlannedImage[]
}

export interface RowProblem extends Omit<TemplateProblem, 'kind'> {
  readonly kind: TemplateProblem['kind'] | 'bad-seed' | 'too-many'
}

export interface PlannedRow {
  readonly id: number
  /** One, or one for each way to read the prompt. */
  readonly lines: readonly PlannedLine[]
  /** How many ways there are to read it; more than there are lines if they are too many. */
  readonly variantCount: number
  /** Why it stands for nothing. */
  readonly problem?: RowProblem
}

export interface PlanInput {
  readonly rows: readonly PromptRow[]
  readonly negative: string
  readonly imagesPerPrompt: number
  readonly seedPolicy: SeedPolicy
  readonly firstSeed: string
  readonly seedList: string
  readonly drawnSeeds: readonly string[]
  readonly modelId: number | undefined
  /** What rows do not have of their own. */
  readonly settings: GenerationSettings
  readonly wildcards: Wildcards
}

type Common = Omit<PlanInput, 'rows'> & { readonly columns: readonly string[] }

/** Plans again what was changed since the last time, and nothing else. */
export class GridPlanner {
  #common: Common | undefined
  #rows = new Map<PromptRow, { firstIndex: number; planned: PlannedRow }>()

  /** Rows without a prompt stand for nothing. */
  plan({ rows, ...input }: PlanInput): PlannedRow[] {
    const common: Common = { ...input, columns: columnSeeds({ rows, ...input }) }
    if (this.#common === undefined || !isSame(this.#common, common)) this.#rows.clear()
    this.#common = common
    const known = this.#rows
    this.#rows = new Map()
    let imageCount = 0
    let isFull = false
    return rows.map((row) => {
      if (isFull) return tooMany(row)
      const firstIndex = common.seedPolicy === 'increment' ? imageCount : 0
      const last = known.get(row)
      const planned = last?.firstIndex === firstIndex ? last.planned : planRow(row, common, firstIndex)
      imageCount += planned.lines.reduce((sum, { images }) => sum + images.length, 0)
      isFull = imageCount > MAX_IMAGES
      if (isFull) return tooMany(row)
      this.#rows.set(row, { firstIndex, planned })
      return planned
    })
  }
}

function tooMany({ id }: PromptRow): PlannedRow {
  return { id, lines: [], variantCount: 0, problem: { kind: 'too-many' } }
}

/** @param firstIndex of its first image among all, for seeds that go on from row to row */
function planRow(row: PromptRow, common: Common, firstIndex: number): PlannedRow {
  const { id } = row
  if (row.prompt.trim() === '') return { id, lines: [], variantCount: 0 }
  const { prompts, total, problem } = expandPrompt(row.prompt.trim(), common.wildcards)
  if (problem !== undefined) return { id, lines: [], variantCount: 0, problem }
  if (row.seed !== undefined && readSeed(row.seed) === undefined) {
    return { id, lines: [], variantCount: total, problem: { kind: 'bad-seed' } }
  }
  const { modelId } = common
  const settings = row.settings === undefined ? common.settings : { ...common.settings, ...row.settings }
  const ofAll = { negativePrompt: row.negative ?? common.negative, modelId, settings }
  const count = row.count ?? common.imagesPerPrompt
  const setKey = settingsKey(modelId, settings)
  const lines = prompts.map((prompt, index) => ({
    prompt,
    images: seedsOf(row, common, firstIndex + index * count).map((seed) => ({
      ...ofAll,
      prompt,
      seed,
      settingsKey: setKey,
      key: imageKey({ prompt, negativePrompt: ofAll.negativePrompt, seed }, setKey),
    })),
  }))
  return { id, lines, variantCount: total }
}

export function imageKey(
  { prompt, negativePrompt, seed }: { prompt: string; negativePrompt: string; seed: string | bigint },
  ofSettings: string,
): string {
  return JSON.stringify([ofSettings, prompt, negativePrompt, String(seed)])
}

/** One a column; a list may have fewer than there are columns, and seeds that go on have none. */
export function columnSeeds(
  input: Pick<PlanInput, 'rows' | 'imagesPerPrompt' | 'seedPolicy' | 'seedList' | 'firstSeed' | 'drawnSeeds'>,
): string[] {
  const count = input.rows.reduce((most, row) => Math.max(most, row.count ?? input.imagesPerPrompt), 1)
  switch (input.seedPolicy) {
    case 'random':
      return input.drawnSeeds.slice(0, count)
    case 'fixed':
      return countUp(input.firstSeed, 0, count)
    case 'increment':
      return []
    case 'list':
      return readSeedList(input.seedList)
  }
}

function seedsOf(row: PromptRow, common: Common, firstIndex: number): readonly string[] {
  const count = row.count ?? common.imagesPerPrompt
  if (row.seed !== undefined) return countUp(row.seed, 0, count)
  if (common.seedPolicy === 'increment') return countUp(common.firstSeed, firstIndex, count)
  return common.columns.slice(0, count)
}

function countUp(first: string, offset: number, count: number): string[] {
  const start = readSeed(first)
  if (start === undefined) return []
  const seeds = Array.from({ length: count }, (_, index) => start + BigInt(offset + index))
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

function isSame(a: Common, b: Common): boolean {
  return (Object.keys(a) as (keyof Common)[]).every((name) =>
    name === 'columns' ? String(a[name]) === String(b[name]) : a[name] === b[name],
  )
}

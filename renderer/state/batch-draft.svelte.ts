/** What the batch panel is going to make, as it was typed. Kept over reloads, crashes and changes of panel. */
import { z } from 'zod'
import { randomSeeds } from '#shared/batch.ts'
import * as m from '#renderer/paraglide/messages.js'
import { keep, readKept } from './kept.ts'

const KEPT = 'batch'
/** Jobs whose images may still be in the grid. */
const JOBS_REMEMBERED = 20
export const SEED_POLICIES = ['random', 'fixed', 'list'] as const
export type SeedPolicy = (typeof SEED_POLICIES)[number]

const RowSchema = z.object({
  id: z.int(),
  prompt: z.string(),
  /** Instead of the common one. */
  negative: z.string().optional(),
  /** Of its first image, instead of the column's. Text as it was typed. */
  seed: z.string().optional(),
  /** Images of this prompt, instead of the common number. */
  count: z.int().min(1).max(10_000).optional(),
})
export type PromptRow = z.output<typeof RowSchema>

const DraftSchema = z.object({
  rows: z.array(RowSchema).min(1),
  negative: z.string(),
  imagesPerPrompt: z.int().min(1).max(10_000),
  seedPolicy: z.enum(SEED_POLICIES),
  firstSeed: z.string(),
  seedList: z.string(),
  drawnSeeds: z.array(z.string()),
  jobs: z.array(z.object({ id: z.int(), settingsKey: z.string() })),
})

export class BatchDraft {
  rows = $state<PromptRow[]>([{ id: 1, prompt: m.batch_example_prompt() }])
  negative = $state('')
  imagesPerPrompt = $state(4)
  seedPolicy = $state<SeedPolicy>('random')
  firstSeed = $state('1')
  seedList = $state('')
  /** One per column; drawn beforehand, so that the plan shows them. */
  drawnSeeds = $state.raw<readonly string[]>([])
  /** Whose images may be in the grid, the latest last; with the settings that they were made with. */
  jobs = $state.raw<readonly { id: number; settingsKey: string }[]>([])
  /** Columns that the longest row has. */
  readonly columnCount = $derived(Math.max(...this.rows.map((row) => row.count ?? this.imagesPerPrompt)))

  constructor() {
    const kept = DraftSchema.safeParse(readKept(KEPT))
    if (kept.success) Object.assign(this, kept.data)
    $effect.root(() => {
      $effect(() => {
        this.drawSeeds()
      })
      $effect(() => {
        const kept = {
          rows: $state.snapshot(this.rows),
          negative: this.negative,
          imagesPerPrompt: this.imagesPerPrompt,
          seedPolicy: this.seedPolicy,
          firstSeed: this.firstSeed,
          seedList: this.seedList,
          drawnSeeds: this.drawnSeeds,
          jobs: this.jobs,
        }
        keep(KEPT, kept)
      })
    })
  }

  /** As many as there are columns; those that are there stay, unless all shall be new. */
  drawSeeds(options: { anew?: boolean } = {}): void {
    const kept = options.anew === true ? [] : this.drawnSeeds
    const missing = this.columnCount - kept.length
    if (missing > 0) this.drawnSeeds = [...kept, ...randomSeeds(missing).map(String)]
  }

  remember(id: number, settingsKey: string): void {
    this.jobs = [...this.jobs, { id, settingsKey }].slice(-JOBS_REMEMBERED)
  }

  /** @returns the first one's id */
  addRows(prompts: readonly string[], afterId?: number): number {
    let id = Math.max(0, ...this.rows.map((row) => row.id))
    const rows = prompts.map((prompt) => ({ id: ++id, prompt }))
    // an empty row was waiting for just this
    const isEmpty = this.rows.length === 1 && this.rows[0].prompt.trim() === ''
    const at = afterId === undefined ? this.rows.length : this.rows.findIndex((row) => row.id === afterId) + 1
    this.rows = isEmpty ? rows : this.rows.toSpliced(at, 0, ...rows)
    return rows[0].id
  }

  duplicate(id: number): void {
    const row = this.rows.find((other) => other.id === id)
    if (row === undefined) return
    this.addRows([row.prompt], id)
    const copy = this.rows[this.rows.findIndex((other) => other.id === id) + 1]
    Object.assign(copy, { negative: row.negative, seed: row.seed, count: row.count })
  }

  /** @returns puts it back */
  remove(id: number): () => void {
    const before = $state.snapshot(this.rows)
    const rest = this.rows.filter((row) => row.id !== id)
    this.rows = rest.length > 0 ? rest : [{ id: 1, prompt: '' }]
    return () => (this.rows = before)
  }

  move(id: number, toIndex: number): void {
    const from = this.rows.findIndex((row) => row.id === id)
    if (from < 0) return
    const to = Math.max(0, Math.min(this.rows.length - 1, toIndex))
    this.rows = this.rows.toSpliced(from, 1).toSpliced(to, 0, this.rows[from])
  }

  /** "More like this, with a better prompt": a row of its own with the seed of an image. @returns the row's id */
  keepSeed(prompt: string, negative: string, seed: bigint, afterId?: number): number {
    const id = this.addRows([prompt], afterId)
    const row = this.rows.find((other) => other.id === id)!
    row.seed = seed.toString()
    row.count = 1
    if (negative !== this.negative) row.negative = negative
    return row.id
  }
}

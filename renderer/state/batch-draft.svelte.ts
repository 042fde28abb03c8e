/** What the batch panel is going to make, as it was typed. Kept over reloads, crashes and changes of panel. */
import { z } from 'zod'
import { MAX_IMAGES } from '#shared/batch.ts'
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import * as m from '#renderer/paraglide/messages.js'
import { drawSeeds } from './draw-seeds.ts'
import { escapePrompt } from './escape-prompt.ts'
import { KeptLater } from './kept-later.svelte.ts'
import { readKept } from './kept.ts'
import { undoChange } from './undo-change.ts'

const KEPT = 'batch'
/** Jobs whose images may still be in the grid. */
const JOBS_REMEMBERED = 500
/** More is a slip, and no row could be kept with it. */
export const MAX_IMAGES_PER_PROMPT = 10_000
/** What the seeds of the images are; "increment" goes on from prompt to prompt, the others begin anew with each. */
export const SEED_POLICIES = ['random', 'fixed', 'increment', 'list'] as const
export type SeedPolicy = (typeof SEED_POLICIES)[number]
/** Prompts as rows, or one prompt with its settings as axes. */
const VIEWS = ['prompts', 'comparison'] as const

/** What a row may have of its own, instead of what is chosen for all panels. */
const RowSettingsSchema = GenerationSettingsSchema.pick({
  numInferenceSteps: true,
  guidanceScale: true,
  widthPx: true,
  heightPx: true,
})
export type RowSettings = z.output<typeof RowSettingsSchema>

const RowSchema = z.object({
  id: z.int(),
  prompt: z.string(),
  /** Instead of the common one. */
  negative: z.string().optional(),
  /** Of its first image, instead of the column's. Text as it was typed. */
  seed: z.string().optional(),
  /** Images of this prompt, instead of the common number. */
  count: z.int().min(1).max(MAX_IMAGES_PER_PROMPT).optional(),
  settings: RowSettingsSchema.optional(),
})
export type PromptRow = Readonly<z.output<typeof RowSchema>>
export type NewRow = Omit<PromptRow, 'id'>

/** A job whose images may be in a grid, with the settings that it was added with. */
const RememberedJobSchema = z.object({ id: z.int(), settingsKey: z.string() })
export type RememberedJob = Readonly<z.output<typeof RememberedJobSchema>>

const DraftSchema = z.object({
  view: z.enum(VIEWS).default('prompts'),
  rows: z.array(RowSchema).min(1),
  negative: z.string(),
  imagesPerPrompt: z.int().min(1).max(MAX_IMAGES_PER_PROMPT),
  seedPolicy: z.enum(SEED_POLICIES),
  firstSeed: z.string(),
  seedList: z.string(),
  drawnSeeds: z.array(z.string()),
  jobs: z.array(RememberedJobSchema),
})

export class BatchDraft {
  view = $state<(typeof VIEWS)[number]>('prompts')
  /** Replaced, never changed in place: thousands of them shall cost nothing while one is typed. */
  rows = $state.raw<readonly PromptRow[]>([{ id: 1, prompt: m.batch_example_prompt() }])
  negative = $state('')
  imagesPerPrompt = $state(4)
  seedPolicy = $state<SeedPolicy>('random')
  firstSeed = $state('1')
  seedList = $state('')
  /** One per column; drawn beforehand, so that the plan shows them. */
  drawnSeeds = $state.raw<readonly string[]>([])
  /** The latest last. */
  jobs = $state.raw<readonly RememberedJob[]>([])
  /** Columns that the longest row has. */
  readonly columnCount = $derived(
    this.rows.reduce((most, { count }) => Math.max(most, count ?? this.imagesPerPrompt), 1),
  )
  /** The row whose prompt is to be edited next, wherever that was asked for. */
  toEdit = $state.raw<{ rowId: number; isSelected: boolean }>()
  /** Ids are never given twice: a row that comes back by Undo shall not meet another with its own. */
  #lastId = 0
  readonly #kept = new KeptLater(KEPT)
  /** False: it is too long for the browser to keep. */
  readonly isKept = $derived(this.#kept.isKept)

  constructor() {
    const kept = DraftSchema.safeParse(readKept(KEPT))
    if (kept.success) Object.assign(this, kept.data)
    this.#lastId = this.rows.reduce((largest, { id }) => Math.max(largest, id), 0)
    $effect.root(() => {
      $effect(() => {
        this.drawSeeds()
      })
      $effect(() => {
        const { view, rows, negative, imagesPerPrompt, seedPolicy, firstSeed, seedList, drawnSeeds, jobs } = this
        this.#kept.keep({ view, rows, negative, imagesPerPrompt, seedPolicy, firstSeed, seedList, drawnSeeds, jobs })
      })
    })
  }

  /** As many as there are columns; those that are there stay, unless all shall be new. */
  drawSeeds(options: { anew?: boolean } = {}): void {
    const there = options.anew === true ? [] : this.drawnSeeds
    this.drawnSeeds = drawSeeds(there, Math.min(this.columnCount, MAX_IMAGES))
  }

  remember(id: number, settingsKey: string): void {
    this.jobs = [...this.jobs, { id, settingsKey }].slice(-JOBS_REMEMBERED)
  }

  forget(jobId: number): void {
    this.jobs = this.jobs.filter(({ id }) => id !== jobId)
  }

  /** `undefined` goes back to what holds for all rows. */
  change(id: number, changes: { [Name in keyof NewRow]?: NewRow[Name] | undefined }): void {
    this.rows = this.rows.map((row) => {
      if (row.id !== id) return row
      return { prompt: row.prompt, ...given({ ...row, ...changes }), id }
    })
  }

  /** `undefined` goes back to what holds for all rows. */
  changeSettings(id: number, changes: { [Name in keyof RowSettings]?: RowSettings[Name] | undefined }): void {
    const settings = given({ ...this.rows.find((row) => row.id === id)?.settings, ...changes })
    this.change(id, { settings: Object.keys(settings).length === 0 ? undefined : settings })
  }

  /** @returns the first one's id */
  addRows(added: readonly (string | NewRow)[], afterId?: number): number {
    const rows = added.map((row) => ({ ...(typeof row === 'string' ? { prompt: row } : row), id: ++this.#lastId }))
    // an empty row was waiting for just this
    const isEmpty = this.rows.length === 1 && this.rows[0].prompt.trim() === ''
    const at = afterId === undefined ? this.rows.length : this.rows.findIndex((row) => row.id === afterId) + 1
    this.rows = isEmpty ? rows : this.rows.toSpliced(at, 0, ...rows)
    return rows[0].id
  }

  duplicate(id: number): void {
    const row = this.rows.find((other) => other.id === id)
    if (row !== undefined) this.edit(this.addRows([row], id))
  }

  /** @returns puts it back */
  remove(id: number): () => void {
    return this.undoable(() => {
      this.#use(this.rows.filter((row) => row.id !== id))
    })
  }

  /**
   * @param change adds rows and takes rows away
   * @returns undoes that, and nothing of what was typed since: rows that were added and then changed stay
   */
  undoable(change: () => void): () => void {
    const before = this.rows
    change()
    const undo = undoChange(before, this.rows)
    return () => {
      this.#use(undo(this.rows))
    }
  }

  /** There is always a row to write into. */
  #use(rows: readonly PromptRow[]): void {
    this.rows = rows.length > 0 ? rows : [{ id: ++this.#lastId, prompt: '' }]
  }

  move(id: number, toIndex: number): void {
    const from = this.rows.findIndex((row) => row.id === id)
    if (from < 0) return
    const to = Math.max(0, Math.min(this.rows.length - 1, toIndex))
    this.rows = this.rows.toSpliced(from, 1).toSpliced(to, 0, this.rows[from])
  }

  /** "More like this, with a better prompt": a row of its own with the seed of an image. */
  keepSeed(
    { prompt, negativePrompt, seed }: { prompt: string; negativePrompt: string; seed?: string | bigint | undefined },
    { rowId, settings = {} }: { rowId?: number; settings?: RowSettings } = {},
  ): void {
    const row = {
      prompt: escapePrompt(prompt),
      ...(seed === undefined ? {} : { seed: String(seed), count: 1 }),
      ...(negativePrompt === this.negative ? {} : { negative: negativePrompt }),
      ...(Object.keys(settings).length === 0 ? {} : { settings }),
    }
    this.view = 'prompts'
    this.edit(this.addRows([row], rowId), { isSelected: true })
  }

  /** All prompts get images with this seed, and those that follow it. */
  lockSeed(seed: bigint): void {
    this.firstSeed = seed.toString()
    this.seedPolicy = 'fixed'
  }

  /** Brings the cursor into the prompt of a row. */
  edit(rowId: number, { isSelected = false } = {}): void {
    this.toEdit = { rowId, isSelected }
  }
}

/** Without what is undefined. */
function given<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const all: [string, unknown][] = Object.entries(values)
  return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as ReturnType<typeof given<T>>
}

/** A comparison of settings, as it was typed. Kept over reloads, with the jobs that make its images. */
import { z } from 'zod'
import { randomSeeds } from '#shared/batch.ts'
import type { RememberedJob } from '#renderer/state/batch-draft.svelte.ts'
import { KeptLater } from '#renderer/state/kept-later.svelte.ts'
import { readKept } from '#renderer/state/kept.ts'
import { onePerStudio } from '#renderer/state/one-per-studio.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { AXIS_SETTINGS, type AxisSetting } from './axes.ts'
import type { Axis } from './plan-comparison.ts'

const KEPT = 'comparison'
const JOBS_REMEMBERED = 500

const AxisSchema = z.object({
  setting: z.enum(AXIS_SETTINGS).optional(),
  /** For each setting what was typed for it: trying another one loses nothing. */
  texts: z.partialRecord(z.enum(AXIS_SETTINGS), z.string()),
})
type KeptAxis = z.output<typeof AxisSchema>

const DraftSchema = z.object({
  prompt: z.string(),
  negative: z.string(),
  seed: z.string(),
  axes: z.array(AxisSchema).length(3),
  jobs: z.array(z.object({ id: z.int(), settingsKey: z.string() })),
})

class ComparisonDraft {
  prompt = $state('')
  negative = $state('')
  seed = $state(String(randomSeeds(1)[0]))
  /** Columns, rows and sheets. */
  axes = $state.raw<readonly KeptAxis[]>([
    { setting: 'steps', texts: { steps: '5, 10, 20' } },
    { setting: 'guidance', texts: { guidance: '3, 7.5' } },
    { texts: {} },
  ])
  jobs = $state.raw<readonly RememberedJob[]>([])
  readonly asked: readonly Axis[] = $derived(
    this.axes.map(({ setting, texts }) => ({ setting, text: setting === undefined ? '' : (texts[setting] ?? '') })),
  )
  readonly #kept = new KeptLater(KEPT)

  constructor({ batch }: StudioState) {
    const kept = DraftSchema.safeParse(readKept(KEPT))
    if (kept.success) Object.assign(this, kept.data)
    else {
      this.prompt = batch.rows[0].prompt
      this.negative = batch.negative
    }
    $effect.root(() => {
      $effect(() => {
        const { prompt, negative, seed, axes, jobs } = this
        this.#kept.keep({ prompt, negative, seed, axes, jobs })
      })
    })
  }

  drawSeed(): void {
    this.seed = String(randomSeeds(1)[0])
  }

  use(index: number, setting: AxisSetting | undefined): void {
    const { texts } = this.axes[index]
    this.axes = this.axes.with(index, setting === undefined ? { texts } : { setting, texts })
  }

  write(index: number, text: string): void {
    const { setting, texts } = this.axes[index]
    if (setting !== undefined) this.axes = this.axes.with(index, { setting, texts: { ...texts, [setting]: text } })
  }

  remember(id: number, settingsKey: string): void {
    this.jobs = [...this.jobs, { id, settingsKey }].slice(-JOBS_REMEMBERED)
  }

  forget(jobId: number): void {
    this.jobs = this.jobs.filter(({ id }) => id !== jobId)
  }
}

/** One for each studio, however often its panel is opened. */
export const comparisonDraftOf = onePerStudio((studio) => new ComparisonDraft(studio))
export type { ComparisonDraft }

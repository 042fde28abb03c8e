/** Model, sampler, steps and size: chosen once, for all panels that make images. Kept over reloads. */
import { z } from 'zod'
import { GenerationSettingsSchema } from '#shared/contract/jobs.ts'
import { keep, readKept } from './kept.ts'

const KEPT = 'generation'
const DraftSchema = z.object({ modelId: z.int().optional(), settings: GenerationSettingsSchema })
export type GenerationSettings = z.output<typeof GenerationSettingsSchema>

export class GenerationDraft {
  /** Undefined: the default model. */
  modelId = $state<number>()
  /** What is left out comes from the model. */
  settings = $state.raw<GenerationSettings>({})

  constructor() {
    const kept = DraftSchema.safeParse(readKept(KEPT))
    if (!kept.success) return
    this.modelId = kept.data.modelId
    this.settings = kept.data.settings
  }

  /** `undefined` goes back to what the model says. */
  change(changes: { [Name in keyof GenerationSettings]?: GenerationSettings[Name] | undefined }): void {
    const all: Record<string, unknown> = { ...this.settings, ...changes }
    this.settings = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    this.#keep()
  }

  useModel(id: number | undefined): void {
    this.modelId = id
    this.#keep()
  }

  #keep(): void {
    keep(KEPT, { modelId: this.modelId, settings: this.settings })
  }
}

/** Between the panels' forms and presets: what a preset keeps of them, and what it fills in. */
import type { z } from 'zod'
import type { PresetSettings, PresetSettingsSchema } from '#shared/contract/presets.ts'
import type { StudioState } from './studio-state.svelte.ts'

/** As the contract takes them. */
type PresetInput = z.input<typeof PresetSettingsSchema>
type Forms = Pick<StudioState, 'batch' | 'generation' | 'models'>

/** Of several prompts none is kept: a preset says how, not what. */
export function presetFrom({ batch, generation, models }: Forms): PresetInput {
  const prompt = batch.rows.length === 1 ? batch.rows[0].prompt.trim() : ''
  const negativePrompt = batch.negative.trim()
  const modelHash = models.byId(generation.modelId)?.hash ?? ''
  return {
    ...generation.settings,
    imagesPerPrompt: batch.imagesPerPrompt,
    ...(prompt === '' ? {} : { prompt }),
    ...(negativePrompt === '' ? {} : { negativePrompt }),
    ...(modelHash === '' ? {} : { modelHash }),
  }
}

/** What the preset does not name goes back to what the model says; prompts stay. */
export function usePreset({ batch, generation, models }: Forms, preset: PresetSettings): void {
  const { prompt, negativePrompt, seed, imagesPerPrompt, modelHash, ...settings } = preset
  generation.settings = {}
  generation.change(settings)
  generation.useModel(models.list.find(({ hash }) => modelHash !== undefined && hash === modelHash)?.id)
  if (prompt !== undefined && !batch.rows.some((row) => row.prompt === prompt)) batch.addRows([prompt])
  if (negativePrompt !== undefined) batch.negative = negativePrompt
  if (imagesPerPrompt !== undefined) batch.imagesPerPrompt = imagesPerPrompt
  if (seed !== undefined) Object.assign(batch, { seedPolicy: 'fixed', firstSeed: seed.toString() })
}

/** A preset that was loaded, to be stored again. */
export function storable({ seed, ...settings }: PresetSettings): PresetInput {
  return seed === undefined ? settings : { ...settings, seed: seed.toString() }
}

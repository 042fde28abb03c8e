/** Fills the panels' forms with settings that were read out of pictures or texts. What they do not name stays. */
import type { NewJob } from '#shared/contract/jobs.ts'
import type { ReadView } from '#shared/contract/metadata.ts'
import type { RowSettings } from '#renderer/state/batch-draft.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export type SettingsTarget = 'batch' | 'image-to-image'
type Forms = Pick<StudioState, 'batch' | 'generation' | 'imageToImage' | 'route'>

/**
 * The first one's go to the fields of all panels; in Batch each prompt becomes a row with its seed.
 *
 * @param read with a job each
 * @returns puts back what was there before
 */
export function useSettings(forms: Forms, target: SettingsTarget, read: readonly ReadView[]): () => void {
  const { batch, generation, imageToImage, route } = forms
  const before = { settings: generation.settings, modelId: generation.modelId }
  const { promptFor, prompt, negativePrompt, seed, strength, resizeMode, sizeFrom } = imageToImage.form
  const jobs = read.flatMap(({ job }) => job ?? [])
  const first = jobs.at(0)
  if (first !== undefined) useCommon(generation, first)
  const takeRowsBack = batch.undoable(() => {
    if (target === 'batch') addRows(batch, jobs)
  })
  if (target === 'image-to-image' && first !== undefined) fillForm(imageToImage.form, first, read[0])
  route.go(target)
  return () => {
    takeRowsBack()
    generation.change({ ...blank(generation.settings), ...before.settings })
    generation.useModel(before.modelId)
    Object.assign(imageToImage.form, { promptFor, prompt, negativePrompt, seed, strength, resizeMode, sizeFrom })
  }
}

function useCommon(generation: Forms['generation'], { settings, modelId }: NewJob): void {
  // these two belong to the form of image to image
  generation.change({ ...settings, strength: undefined, resizeMode: undefined })
  generation.useModel(modelId)
}

function addRows(batch: Forms['batch'], jobs: readonly NewJob[]): void {
  const isOne = jobs.length === 1
  for (const { items, settings } of jobs) {
    // of several, each may have been made in another way
    batch.keepSeed(items[0], isOne ? {} : { settings: rowSettings(settings) })
  }
}

function rowSettings(settings: NewJob['settings']): RowSettings {
  const { numInferenceSteps, guidanceScale, widthPx, heightPx } = settings
  const all = { numInferenceSteps, guidanceScale, widthPx, heightPx }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function fillForm(form: Forms['imageToImage']['form'], { items, settings }: NewJob, { fields }: ReadView): void {
  const [{ prompt, negativePrompt, seed }] = items
  Object.assign(form, {
    promptFor: 'all',
    prompt,
    negativePrompt,
    seed: seed === undefined ? '' : seed.toString(),
  })
  // a job leaves them out as long as it has no picture; here there is one
  const { strength, resizeMode } = fields
  if (strength !== undefined && strength.fidelity !== 'not-understood' && strength.value > 0 && strength.value <= 1) {
    form.strength = strength.value
  }
  if (resizeMode !== undefined && resizeMode.fidelity !== 'not-understood') form.resizeMode = resizeMode.value
  if (settings.widthPx !== undefined && settings.heightPx !== undefined) form.sizeFrom = 'chosen'
}

function blank<T extends object>(settings: T): { [Name in keyof T]: undefined } {
  return Object.fromEntries(Object.keys(settings).map((name) => [name, undefined])) as { [Name in keyof T]: undefined }
}

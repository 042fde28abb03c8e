/** What becomes of files that were dropped or pasted: each kind goes where it is used. */
import { desktop } from '#renderer/api/desktop.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { filesAsSources } from '#renderer/state/take-pictures.ts'
import { promptFilesOf } from '#renderer/features/batch/prompt-file/prompt-files.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import { hasSettings, readCarried, type CarriedPicture } from './carried.ts'
import { sorted } from './dropped.ts'
import { isModelFile } from './dropped-models.ts'
import { takeModels } from './take-models.ts'

/** @param ask what the pictures shall be; not asked where only one thing can be meant */
export async function takeDropped(
  studio: StudioState,
  files: readonly File[],
  ask: (pictures: readonly CarriedPicture[]) => void,
): Promise<void> {
  const { pictures, prompts, others } = sorted(files)
  if (others.length > 0) takeOthers(studio, others)
  for (const file of prompts) await promptFilesOf(studio).take(file)
  if (pictures.length === 0) return
  // where pictures are inputs, they come with what they were made with
  if (studio.route.panel === 'image-to-image' && pictures.length > 1) {
    useAsInputs(studio, pictures)
    return
  }
  const carried = await readCarried(studio.api, pictures)
  if (carried.some(hasSettings) || studio.route.panel === 'history') ask(carried)
  else useAsInputs(studio, pictures)
}

export function useAsInputs(studio: StudioState, pictures: readonly File[]): void {
  studio.route.go('image-to-image')
  void studio.imageToImage.take(filesAsSources(pictures, m.i2i_pasted()))
}

/** The app may know what to do with them; it tells if not. */
function takeOthers(studio: StudioState, others: readonly File[]): void {
  const models = others.filter(isModelFile)
  takeModels(studio, models)
  const unknown = others.filter((file) => !models.includes(file))
  if (unknown.length === 0) return
  if (desktop !== undefined) desktop.openDropped(unknown)
  else studio.toasts.info(m.drop_nothing_usable({ names: unknown.map(({ name }) => name).join(', ') }))
}

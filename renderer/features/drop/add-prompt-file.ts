/** A text file that was dropped: its prompts become rows of the batch. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { promptFilesOf } from '#renderer/features/batch/prompt-file/prompt-files.svelte.ts'

export async function addPromptFile(studio: StudioState, file: File): Promise<void> {
  await promptFilesOf(studio).take(file)
}

/** A text file that was dropped: its prompts become rows of the batch. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import { readPromptFile } from '#renderer/features/batch/prompt-file/prompt-file.ts'

export async function addPromptFile({ batch, route, toasts }: StudioState, file: File): Promise<void> {
  try {
    const { rows } = await readPromptFile(file)
    const before = batch.rows
    batch.addRows(rows)
    route.go('batch')
    toasts.undo(m.drop_prompts_added({ count: rows.length }), () => {
      batch.rows = before
    })
  } catch (error) {
    toasts.error(error)
  }
}

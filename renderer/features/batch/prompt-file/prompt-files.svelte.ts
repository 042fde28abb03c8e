/** Files and pasted texts on their way into the grid; what has mistakes in it is shown first. */
import * as m from '#renderer/paraglide/messages.js'
import type { PromptRow } from '#renderer/state/batch-draft.svelte.ts'
import { onePerStudio } from '#renderer/state/one-per-studio.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import type { PromptFile } from './prompt-file.ts'

interface Waiting {
  readonly read: PromptFile
  /** Where it was pasted. */
  readonly row: PromptRow | undefined
}

class PromptFiles {
  readonly #studio: StudioState
  /** Those with mistakes, to be looked at one after another. */
  #waiting = $state.raw<readonly Waiting[]>([])
  readonly toCheck = $derived(this.#waiting.at(0)?.read)

  constructor(studio: StudioState) {
    this.#studio = studio
  }

  /** Its prompts become rows. Failures are told by toasts. */
  async take(file: File): Promise<void> {
    const { batch, route, toasts } = this.#studio
    try {
      // what reads tables is large, and seldom needed
      const { readPromptFile } = await import('./prompt-file.ts')
      const read = await readPromptFile(file)
      route.go('batch')
      batch.view = 'prompts'
      this.#check(read)
    } catch (error) {
      toasts.error(error)
    }
  }

  /** @param row where it was pasted: its prompts follow it, or take its place if it is empty */
  async takeText(text: string, row: PromptRow): Promise<void> {
    try {
      const { formatOfText, readPrompts } = await import('./prompt-file.ts')
      this.#check(readPrompts(text, m.batch_pasted_text(), formatOfText(text)), row)
    } catch (error) {
      this.#studio.toasts.error(error)
    }
  }

  /** Nothing of the one that is looked at. */
  leave(): void {
    this.#waiting = this.#waiting.slice(1)
  }

  /** The good lines of the one that is looked at. */
  takeGood(): void {
    const [first] = this.#waiting
    this.leave()
    this.#add(first)
  }

  #add({ read: { rows, unused }, row }: Waiting): void {
    const { batch, toasts } = this.#studio
    const undo = batch.undoable(() => {
      batch.addRows(rows, row?.id)
      if (row?.prompt.trim() === '' && batch.rows.length > rows.length) batch.remove(row.id)
    })
    const added = m.batch_prompts_added({ count: rows.length })
    const message = unused.length === 0 ? added : `${added}. ${m.batch_file_unused({ names: unused.join(', ') })}`
    toasts.undo(message, undo)
  }

  #check(read: PromptFile, row?: PromptRow): void {
    const waiting = { read, row }
    if (read.problemCount > 0) this.#waiting = [...this.#waiting, waiting]
    else this.#add(waiting)
  }
}

export const promptFilesOf = onePerStudio((studio) => new PromptFiles(studio))

/** Short messages for what has no place of its own on the page. */
import { toast } from 'svelte-sonner'
import { AppError } from '#shared/errors.ts'
import * as m from '#renderer/paraglide/messages.js'

const UNDO_MS = 10_000
const ERROR_MS = 12_000

export class Toasts {
  /** What the messages offer to undo that are still there, the latest last. */
  #undos: readonly (() => void)[] = []

  info(message: string, action?: { label: string; run: () => void }): void {
    toast(message, action === undefined ? {} : { action: { label: action.label, onClick: action.run } })
  }

  /** For everything that deletes. */
  undo(message: string, undo: () => void | Promise<void>): void {
    const onClick = (): void => {
      forget()
      this.attempt(async () => {
        await undo()
      })
    }
    const forget = (): void => {
      this.#undos = this.#undos.filter((other) => other !== run)
    }
    const shown = { duration: UNDO_MS, onDismiss: forget, onAutoClose: forget }
    const id = toast(message, { ...shown, action: { label: m.undo(), onClick } })
    const run = (): void => {
      toast.dismiss(id)
      onClick()
    }
    this.#undos = [...this.#undos, run]
  }

  get canUndo(): boolean {
    return this.#undos.length > 0
  }

  /** As a click on the latest message that offers it. */
  undoLatest(): void {
    this.#undos.at(-1)?.()
  }

  /** @param retry offered if trying again may help */
  error(thrown: unknown, retry?: () => void): void {
    const error = AppError.from(thrown)
    toast.error(errorTitle(error), {
      description: `${error.message} (${error.code})`,
      duration: ERROR_MS,
      ...(retry === undefined ? {} : { action: { label: m.try_again(), onClick: retry } }),
    })
  }

  /** Runs something; if it fails, says so and offers to try again. */
  attempt(run: () => Promise<unknown>): void {
    run().catch((error: unknown) => {
      this.error(error, () => {
        this.attempt(run)
      })
    })
  }
}

function errorTitle(error: AppError): string {
  if (error.code === 'connection-lost') return m.error_connection()
  return m.error_title()
}

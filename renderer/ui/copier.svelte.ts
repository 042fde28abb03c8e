/** Copies when asked, and says for a moment whether that went well. */
import { copyText } from '#renderer/api/copy-text.ts'
import * as m from '#renderer/paraglide/messages.js'

const TOLD_MS = 1_200

export class Copier {
  /** Undefined: nothing was copied a moment ago. */
  isCopied = $state<boolean>()
  #timer: ReturnType<typeof setTimeout> | undefined

  get told(): string | undefined {
    if (this.isCopied === undefined) return undefined
    return this.isCopied ? m.copied() : m.not_copied()
  }

  async copy(text: string): Promise<void> {
    this.isCopied = await copyText(text).then(
      () => true,
      () => false,
    )
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.isCopied = undefined), TOLD_MS)
  }
}

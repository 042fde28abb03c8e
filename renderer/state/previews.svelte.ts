/** Small pictures of what is being made, as addresses for <img>. */
import { SvelteMap } from 'svelte/reactivity'
import type { Connection } from '#renderer/api/connection.svelte.ts'

const LINGER_MS = 5_000

interface Preview {
  readonly url: string
  /** Steps done. */
  readonly step: number
}

export class Previews {
  readonly #byItem = new SvelteMap<number, Preview>()

  constructor(connection: Connection) {
    connection.on('item.preview', ({ itemId, step, bytes }) => {
      const url = URL.createObjectURL(new Blob([bytes], { type: 'image/webp' }))
      const last = this.#byItem.get(itemId)
      this.#byItem.set(itemId, { url, step })
      if (last !== undefined) URL.revokeObjectURL(last.url)
    })
  }

  get(itemId: number): Preview | undefined {
    return this.#byItem.get(itemId)
  }

  /** Stays for a moment, until the finished image is there to be shown. */
  forgetSoon(itemId: number): void {
    if (this.#byItem.has(itemId))
      setTimeout(() => {
        this.#forget(itemId)
      }, LINGER_MS)
  }

  #forget(itemId: number): void {
    const last = this.#byItem.get(itemId)
    if (last === undefined) return
    URL.revokeObjectURL(last.url)
    this.#byItem.delete(itemId)
  }
}

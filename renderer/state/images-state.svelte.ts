/** Images by id, as far as somebody asked for them or they were made meanwhile, kept up to date by events. */
import { SvelteMap } from 'svelte/reactivity'
import type { ImageDetail, ImageView } from '#shared/contract/history.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'

/** Beyond that the oldest are forgotten; they are asked for again when needed. */
const MAX_KEPT = 2_000

export class ImagesState {
  readonly #connection: Connection
  readonly #details = new SvelteMap<number, ImageDetail>()
  /** One up whenever marks, tags, trash or verdicts of any image changed: lists look again. */
  revision = $state(0)
  /** The latest that was made while this page is open. */
  latest = $state.raw<ImageView>()

  constructor(connection: Connection) {
    this.#connection = connection
    connection.on('image.added', ({ image }) => {
      this.latest = image
      this.revision += 1
    })
    connection.on('images.changed', ({ ids }) => {
      this.#refresh(ids)
    })
    connection.on('images.removed', ({ ids }) => {
      for (const id of ids) this.#details.delete(id)
      this.revision += 1
    })
    connection.on('verdict.added', ({ verdict }) => {
      this.#refresh([verdict.imageId])
    })
    connection.onLoad(() => {
      this.#refresh([...this.#details.keys()])
    })
  }

  /** What is known of it now; undefined until it was loaded (see `load`). */
  get(id: number): ImageDetail | undefined {
    return this.#details.get(id)
  }

  /** @throws {AppError} */
  async load(id: number): Promise<ImageDetail> {
    const detail = await this.#connection.client.history.get({ id })
    this.#details.delete(id)
    this.#details.set(id, detail)
    if (this.#details.size > MAX_KEPT) this.#details.delete(this.#details.keys().next().value!)
    return detail
  }

  #refresh(ids: readonly number[]): void {
    this.revision += 1
    for (const id of ids) {
      if (this.#details.has(id)) void this.load(id).catch(() => this.#details.delete(id))
    }
  }
}

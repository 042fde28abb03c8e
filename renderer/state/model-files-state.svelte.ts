/** Model files of all kinds, thousands perhaps: asked for only while somebody looks at them. */
import type { ModelFileView } from '#shared/contract/model-files.ts'
import { AppError } from '#shared/errors.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'
import { reloadSoon } from './reload-soon.ts'

/** Each hash that was reckoned is a change, and thousands of files are a long answer. */
const RELOAD_EVERY_MS = 5_000

export class ModelFilesState {
  list = $state.raw<readonly ModelFileView[]>([])
  isLoaded = $state(false)
  /** Why it could not be loaded. */
  error = $state.raw<AppError>()
  readonly #load: () => void
  #watcherCount = 0

  constructor(connection: Connection) {
    const load = reloadSoon(async () => {
      try {
        this.list = await connection.client.modelFiles.list({})
        this.isLoaded = true
        this.error = undefined
      } catch (error) {
        this.error = AppError.from(error)
      }
    }, RELOAD_EVERY_MS)
    this.#load = () => {
      if (this.#watcherCount > 0) load()
    }
    connection.onLoad(this.#load)
    connection.on('models.changed', this.#load)
  }

  /** From now on it is kept up to date. @returns what ends that */
  watch(): () => void {
    this.#watcherCount += 1
    this.#load()
    return () => {
      this.#watcherCount -= 1
    }
  }
}

/** The models that jobs choose from. */
import type { ModelView } from '#shared/contract/models.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'
import { reloadSoon } from './reload-soon.ts'

/** While hashes of files are reckoned, changes come one after the other. */
const RELOAD_EVERY_MS = 1_000
/** Of Stable Diffusion's VAE. */
const USUAL_SIZE_MULTIPLE_PX = 8

export class ModelsState {
  readonly #connection: Connection
  list = $state.raw<readonly ModelView[]>([])
  isLoaded = $state(false)
  isScanning = $state(false)
  /** What a job takes that names none. */
  readonly standard = $derived(this.list.find(({ isDefault }) => isDefault))

  constructor(connection: Connection) {
    this.#connection = connection
    const load = reloadSoon(async () => {
      this.list = await connection.client.models.list({})
      this.isLoaded = true
    }, RELOAD_EVERY_MS)
    connection.onLoad(load)
    connection.on('models.changed', load)
    connection.on('settings.changed', load)
  }

  byId(id: number | undefined): ModelView | undefined {
    return this.list.find((model) => model.id === id)
  }

  /** What a job with this choice takes: the default model where nothing is chosen, or what was chosen is gone. */
  meant(id: number | undefined): ModelView | undefined {
    return this.byId(id) ?? this.standard
  }

  /** Width and height of its images are multiples of it; before it was looked at, as most models have it. */
  sizeMultipleOf(id: number | undefined): number {
    return this.meant(id)?.sizeMultiplePx ?? USUAL_SIZE_MULTIPLE_PX
  }

  /** Looks through all folders again. @throws {AppError} */
  async scan(): Promise<void> {
    this.isScanning = true
    try {
      this.list = await this.#connection.client.models.scan({})
    } finally {
      this.isScanning = false
    }
  }
}

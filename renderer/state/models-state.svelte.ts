/** The models that jobs choose from. */
import type { ModelView } from '#shared/contract/models.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'

export class ModelsState {
  list = $state.raw<readonly ModelView[]>([])
  isLoaded = $state(false)
  /** What a job takes that names none. */
  readonly standard = $derived(this.list.find(({ isDefault }) => isDefault))

  constructor(connection: Connection) {
    const load = async (): Promise<void> => {
      this.list = await connection.client.models.list({})
      this.isLoaded = true
    }
    connection.onLoad(() => void load().catch(() => undefined))
    connection.on('models.changed', () => void load().catch(() => undefined))
    connection.on('settings.changed', () => void load().catch(() => undefined))
  }

  byId(id: number | undefined): ModelView | undefined {
    return this.list.find((model) => model.id === id)
  }
}

/** Settings of the studio. They are the same for every window. */
import type { Settings } from '#shared/contract/settings.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'

export class SettingsState {
  readonly #connection: Connection
  current = $state.raw<Settings>()

  constructor(connection: Connection) {
    this.#connection = connection
    connection.onLoad(() => {
      void connection.client.settings.get({}).then(
        (settings) => (this.current = settings),
        () => undefined,
      )
    })
    connection.on('settings.changed', ({ settings }) => (this.current = settings))
  }

  /** @throws {AppError} */
  async update(changes: Partial<Settings>): Promise<void> {
    this.current = await this.#connection.client.settings.update({ changes })
  }
}

/** Presets: settings kept under a name. */
import type { ContractClient } from '#shared/contract/contract.ts'
import type { Connection } from '#renderer/api/connection.svelte.ts'

export type PresetView = Awaited<ReturnType<ContractClient['presets']['list']>>[number]

export class PresetsState {
  list = $state.raw<readonly PresetView[]>([])

  constructor(connection: Connection) {
    const load = (): void => {
      void connection.client.presets.list({}).then(
        (list) => (this.list = list),
        () => undefined,
      )
    }
    connection.onLoad(load)
    connection.on('presets.changed', load)
  }
}

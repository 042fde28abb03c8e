/** The models' part of the contract. */
import type { modelsContract } from '#shared/contract/models.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { ModelsService } from './models-service.ts'

export function createModelsHandlers(models: ModelsService): Handlers<typeof modelsContract> {
  return {
    list: () => models.list(),
    scan: () => models.scan(),
    addFolder: ({ path }) => models.addFolder(path),
    memory: (ask) => models.memory(ask),
    removeFolder: ({ path }) => models.removeFolder(path),
  }
}

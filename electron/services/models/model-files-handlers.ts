/** The model files' part of the contract. */
import type { modelFilesContract } from '#shared/contract/model-files.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { ModelFiles } from './model-files.ts'

export function createModelFilesHandlers(files: ModelFiles): Handlers<typeof modelFilesContract> {
  return { list: ({ kind }) => files.list(kind) }
}

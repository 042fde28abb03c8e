/** The models that clients choose from. */
import type { ContractClient } from '#shared/contract/contract.ts'
import { StatusError } from './a1111-error.ts'
import { findModel, namedModels, type NamedModel } from './model-names.ts'

/** A model that nobody has looked at yet will be named otherwise then, and clients remember names: it is looked at first. */
export async function listModels(client: ContractClient): Promise<NamedModel[]> {
  const models = await client.models.list({})
  const isNew = models.some(({ architecture, problem }) => architecture === 'unknown' && problem === null)
  return namedModels(isNew ? await client.models.scan({}) : models)
}

/** @throws {StatusError} 404 */
export async function requireModel(asked: unknown, client: ContractClient): Promise<NamedModel> {
  const found = typeof asked === 'string' ? findModel(await listModels(client), asked) : undefined
  if (found !== undefined) return found
  throw new StatusError(404, 'Checkpoint not found: choose one of /sdapi/v1/sd-models')
}

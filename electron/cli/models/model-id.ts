import { realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ContractClient } from '#shared/contract/contract.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { CliHost } from '../host.ts'

/**
 * The id of a model folder, which becomes one of the studio's models if it is not yet.
 *
 * @returns none for no folder: the default model
 * @throws {AppError} `model-not-found`
 */
export async function modelIdOf(
  { models }: ContractClient,
  dir: string | undefined,
  host: CliHost,
): Promise<number | undefined> {
  if (dir === undefined) return undefined
  const path = resolve(host.workingDir, dir)
  await stat(join(path, 'model_index.json')).catch((cause: unknown) => {
    throw new AppError('model-not-found', `${quoted(path)} is no model folder: it has no model_index.json`, { cause })
  })
  const known = (await models.list({})).find((model) => model.path === path)
  if (known?.problem === null) return known.id

  const place = await realpath(path)
  const found = [...(await models.addFolder({ path })), ...(await models.list({}))]
  for (const model of found) {
    // a link may lead to a model that is known by another path
    if ((await realpath(model.path).catch(() => undefined)) === place) return model.id
  }
  throw new AppError('model-not-found', `there is no model in ${quoted(path)}`)
}

/** What pixels depend on besides the request: model, precision, provider, versions. Each combination is kept once. */
import type { ImageSettings } from '#shared/generation.ts'
import type { WriteSql } from './sql.ts'

export type Environment = Pick<
  ImageSettings,
  'modelHash' | 'modelName' | 'precision' | 'provider' | 'engineVersion' | 'runtimeVersion'
>

export class EnvironmentsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @returns the id of this combination, new or known */
  intern(environment: Environment): number {
    const { modelHash, modelName, precision, provider, engineVersion, runtimeVersion } = environment
    const params = { modelHash, modelName, precision, provider, engineVersion, runtimeVersion }
    const known = this.#sql.get<{ id: number }>(
      `SELECT id FROM environments WHERE model_hash = @modelHash AND model_name = @modelName
         AND precision = @precision AND provider = @provider
         AND engine_version = @engineVersion AND runtime_version = @runtimeVersion`,
      params,
    )
    if (known !== undefined) return known.id
    return this.#sql.run(
      `INSERT INTO environments (model_hash, model_name, precision, provider, engine_version, runtime_version)
       VALUES (@modelHash, @modelName, @precision, @provider, @engineVersion, @runtimeVersion)`,
      params,
    ).lastId
  }
}

/** What pixels depend on besides the request: model, precision, provider, versions. Each combination is kept once. */
import type { ImageSettings } from '#shared/generation.ts'
import type { WriteSql } from './sql.ts'

export type Environment = Pick<
  ImageSettings,
  'modelHash' | 'modelName' | 'precision' | 'provider' | 'engineVersion' | 'runtimeVersion'
>
/** Of another program's image, at most the model is known. */
type KnownModel = Pick<Environment, 'modelName'> & Partial<Pick<Environment, 'modelHash'>>

export class EnvironmentsWriter {
  readonly #sql: WriteSql

  constructor(sql: WriteSql) {
    this.#sql = sql
  }

  /** @returns the id of this combination, new or known */
  intern(environment: Environment | KnownModel): number {
    const { modelHash, precision, provider, engineVersion, runtimeVersion }: Partial<Environment> = environment
    const params = {
      modelHash: modelHash ?? null,
      modelName: environment.modelName,
      precision: precision ?? null,
      provider: provider ?? null,
      engineVersion: engineVersion ?? null,
      runtimeVersion: runtimeVersion ?? null,
    }
    const known = this.#sql.get<{ id: number }>(
      `SELECT id FROM environments WHERE model_hash IS @modelHash AND model_name = @modelName
         AND precision IS @precision AND provider IS @provider
         AND engine_version IS @engineVersion AND runtime_version IS @runtimeVersion`,
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

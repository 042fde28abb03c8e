/** What `inspect` finds out about a model, for people and for the list of models. Plain data throughout. */
import { basename } from 'node:path'
import type { ErrorCode } from '#shared/errors.ts'
import type { MemoryProfile } from '#shared/model-memory.ts'
import type { ModelDefaults } from '#shared/model-summary.ts'
import type { ModelComponentName } from '#shared/names.ts'
import { elementCount } from '#engine/tensor/tensor.ts'
import type { Weights } from '#engine/weights/weights.ts'
import type { AuthorDefaults } from './folder-json.ts'
import type { KnownPrediction } from './single-file/prediction-type.ts'

export interface ModelProblem {
  readonly code: ErrorCode
  readonly message: string
}

export interface ComponentReport {
  readonly name: ModelComponentName
  /** As its config says; null if that cannot be read or does not say. */
  readonly className: string | null
  readonly parameterCount: number
  /** dtype → how many tensors, and their bytes. */
  readonly dtypes: Readonly<Record<string, { tensors: number; sizeBytes: number }>>
  /** Of the tensors, without headers. */
  readonly sizeBytes: number
  /** Names inside of the component's folder. */
  readonly files: readonly string[]
}

export interface ModelReport {
  readonly name: string
  readonly architecture: string
  readonly pipeline: string | null
  readonly components: readonly ComponentReport[]
  /** The size that it was made for. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** 'epsilon', 'v_prediction', ...; what diffusers assumes if the scheduler's config does not say. */
  readonly predictionType: string
  /** What told: the scheduler's config of a folder; of a single file, see prediction-type.ts. */
  readonly predictionSource: 'config' | KnownPrediction['source']
  /** The class that scheduler_config.json names. */
  readonly scheduler: string | null
  /** Out of reprise.json. */
  readonly defaults: AuthorDefaults
  /** What a request takes that says nothing; null if that cannot be told. */
  readonly requestDefaults: ModelDefaults | null
  /** Pixels per latent; null if the configs cannot be read. */
  readonly sizeMultiplePx: number | null
  /** False: it makes images of its own, whatever is asked for. */
  readonly takesPrompt: boolean
  /** Null unless all components can be read. */
  readonly memory: MemoryProfile | null
  /** As Checkpoint.hash; null if anything that it covers is missing. */
  readonly hash: string | null
  /** Empty: the model can be opened. */
  readonly problems: readonly ModelProblem[]
}

/** Counts what lies in a component's files. @param weights null if they cannot be read */
export function componentContents(weights: Weights | null): Omit<ComponentReport, 'name' | 'className'> {
  const dtypes: Record<string, { tensors: number; sizeBytes: number }> = {}
  let parameterCount = 0
  let sizeBytes = 0
  for (const name of weights?.names() ?? []) {
    const { dtype, shape, byteLength } = weights!.get(name)!
    const sum = (dtypes[dtype] ??= { tensors: 0, sizeBytes: 0 })
    sum.tensors++
    sum.sizeBytes += byteLength
    sizeBytes += byteLength
    parameterCount += elementCount(shape)
  }
  return { parameterCount, dtypes, sizeBytes, files: (weights?.files ?? []).map((file) => basename(file)) }
}

/** A checkpoint with LoRA files over its weights. */
import { basename } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { ModelComponentName } from '#shared/names.ts'
import { isObject, parseJsonObject } from '#engine/weights/json-file.ts'
import type { TensorEntry, WeightDelta, Weights } from '#engine/weights/weights.ts'
import type { Checkpoint } from '../checkpoint.ts'
import { loraModuleNames, type LoraTarget } from './lora-module-names.ts'
import { textWeightOf, type LoraFile } from './open-lora.ts'
import { OverlaidWeights } from './overlaid-weights.ts'
import { fits, weightChange, withMagnitude, type ModuleChange } from './weight-deltas.ts'

/** As many names as a warning can hold. */
const NAMES_SHOWN = 3

type Deltas = Map<ModelComponentName, Map<string, WeightDelta[]>>

/**
 * @returns the checkpoint with changed weights, its hash that of the model alone, and what of the files found no place
 * @throws {AppError} `lora-mismatch` if a file is of another family
 */
export function applyLoras(
  checkpoint: Checkpoint,
  loras: readonly LoraFile[],
): { checkpoint: Checkpoint; warnings: readonly string[] } {
  if (loras.length === 0) return { checkpoint, warnings: [] }
  const weights = new Map([...checkpoint.components].map(([name, component]) => [name, component.weights]))
  const findModule = loraModuleNames(weights)
  const deltas: Deltas = new Map()
  const warnings = loras.flatMap((lora) => addLora(lora, checkpoint.name, weights, findModule, deltas))
  const components = [...checkpoint.components].map(([name, component]) => {
    const own = deltas.get(name)
    return [name, own ? { ...component, weights: new OverlaidWeights(component.weights, own) } : component] as const
  })
  return { checkpoint: { ...checkpoint, components: new Map(components) }, warnings }
}

function addLora(
  lora: LoraFile,
  modelName: string,
  weights: ReadonlyMap<ModelComponentName, Weights>,
  findModule: (name: string) => LoraTarget | undefined,
  deltas: Deltas,
): string[] {
  const unmatched = [...lora.unknown]
  const rules = trainingRules(lora)
  let matched = 0
  for (const [module, parts] of lora.modules) {
    const target = findModule(module)
    if (target === undefined) {
      unmatched.push(module)
      continue
    }
    const own = weights.get(target.component)!
    const add = (tensor: string, change: ModuleChange | undefined) => {
      const entry = own.get(tensor)
      if (entry === undefined || change === undefined) {
        unmatched.push(module)
        return
      }
      const whole = withMagnitude(change, parts.get('dora_scale'), entry.shape)
      if (!fits(whole, entry.shape)) throw otherShape(lora, modelName, target, entry)
      if (!Number.isFinite(whole.scale)) {
        throw new AppError('weights-invalid', `${quoted(basename(lora.path))}: ${quoted(module)} has rank 0`)
      }
      matched++
      const strength = target.component === 'unet' ? lora.weight : textWeightOf(lora)
      if (strength === 0) return
      const ofComponent = deltas.get(target.component) ?? new Map<string, WeightDelta[]>()
      deltas.set(target.component, ofComponent)
      ofComponent.set(tensor, [...(ofComponent.get(tensor) ?? []), { ...whole, strength }])
    }
    const bias = parts.get('diff_b')
    if (bias !== undefined) add(`${target.module}.bias`, { scale: 1, factors: [{ whole: bias }] })
    const isBiasOnly = [...parts.keys()].every((part) => part === 'diff_b' || part === 'alpha')
    if (!isBiasOnly || bias === undefined) {
      const rank = parts.get('down')?.shape.at(0)
      add(`${target.module}.weight`, weightChange(parts, lora.alphas.get(module) ?? rules(target, rank)))
    }
  }
  if (matched === 0) {
    throw new AppError(
      'lora-mismatch',
      `LoRA ${quoted(lora.name)} is of another family than ${quoted(modelName)}: the model has none of its ${unmatched.length} modules, such as ${quoted(unmatched[0])}`,
    )
  }
  if (unmatched.length === 0) return []
  const shown = unmatched.slice(0, NAMES_SHOWN).map(quoted).join(', ')
  const more = unmatched.length > NAMES_SHOWN ? ', …' : ''
  return [
    `LoRA ${quoted(lora.name)}: ${unmatched.length} of its parts are not used, as the model has no place for them (${shown}${more})`,
  ]
}

function otherShape(lora: LoraFile, modelName: string, { component }: LoraTarget, entry: TensorEntry): AppError {
  return new AppError(
    'lora-mismatch',
    `LoRA ${quoted(lora.name)} is of another family than ${quoted(modelName)}: what it adds to ${component}'s ${quoted(entry.name)} does not have the shape [${entry.shape.join(', ')}]`,
  )
}

/**
 * Alpha where the file has none for a module, from what PEFT's configuration says in diffusers' metadata. Rank-stabilised
 * LoRA divides by the root of the rank, which is said as an alpha that divided by the rank gives the same.
 */
function trainingRules({ metadata }: LoraFile): (target: LoraTarget, rank: number | undefined) => number | undefined {
  if (!('lora_adapter_metadata' in metadata)) return () => undefined
  const text = metadata.lora_adapter_metadata
  let config: Record<string, unknown>
  try {
    config = parseJsonObject(Buffer.from(text))
  } catch {
    return () => undefined
  }
  return ({ component, module }, rank) => {
    const patterns = config[`${component}.alpha_pattern`]
    const alpha = (isObject(patterns) ? patterns[module] : undefined) ?? config[`${component}.lora_alpha`]
    if (typeof alpha !== 'number' || rank === undefined) return undefined
    return config[`${component}.use_rslora`] === true ? alpha * Math.sqrt(rank) : alpha
  }
}

/** StabilityMatrix: `parameters-json`, which it writes beside an infotext. ComfyUI works for it. */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { parseJson } from '../parse-json.ts'
import { readSampler } from '../read-sampler.ts'
import { fileHashKind, Reading } from '../reading.ts'
import { recordOf, textOf } from '../values.ts'

/** @returns undefined if it is no JSON of StabilityMatrix */
export function readStabilityMatrix(text: string): ReadSettings | undefined {
  const json = recordOf(parseJson(text))
  if (json === undefined || !('positivePrompt' in json)) return undefined
  const reading = new Reading('stabilitymatrix')
  const rest = new Map(Object.entries(json))
  const take = (name: string): unknown => {
    const value = rest.get(name)
    rest.delete(name)
    return value
  }
  reading.prompt('prompt', take('positivePrompt'))
  reading.prompt('negativePrompt', take('negativePrompt'))
  reading.seed(take('seed'))
  reading.number('numInferenceSteps', take('steps'))
  reading.number('guidanceScale', take('cfgScale'))
  reading.number('widthPx', take('width'))
  reading.number('heightPx', take('height'))
  const sampler = textOf(take('sampler'))
  const suffix = / (Karras|Exponential)$/.exec(sampler)
  if (sampler !== '') readSampler(reading, sampler.slice(0, suffix?.index), suffix?.[1] ?? 'normal')
  reading.model(take('modelName'))
  const hash = take('modelHash')
  reading.modelHash(hash, fileHashKind(hash))
  // its other fields are of videos, and written as 0 for images
  for (const [name, value] of rest) if (value !== null && value !== 0 && value !== false) reading.other(name, value)
  return reading.done(text)
}

/** SwarmUI: JSON with `sui_image_params`, whose values may be text. */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { parseJson } from '../parse-json.ts'
import { readSampler } from '../read-sampler.ts'
import { Reading } from '../reading.ts'
import { recordOf, textOf } from '../values.ts'

const STRENGTH_NOTE = 'how many steps it leaves out is rounded differently between programs'
const VARIATION_NOTE = 'it was mixed with another seed'
/** They change nothing of one image. */
const SILENT = ['swarm_version', 'images', 'aspectratio', 'sidelength', 'donotsave', 'resolutionmultiplier']

/** @returns undefined if it is no JSON of SwarmUI */
export function readSwarm(text: string): ReadSettings | undefined {
  const json = recordOf(parseJson(text))
  const parameters = recordOf(json?.sui_image_params)
  if (json === undefined || parameters === undefined) return undefined
  const reading = new Reading('swarmui', parameters.swarm_version)
  // its names come with and without spaces, in any case
  const rest = new Map(
    Object.entries(parameters).map(([name, value]) => [name.toLowerCase().replaceAll(' ', ''), value]),
  )
  for (const name of SILENT) rest.delete(name)
  const take = (...names: string[]): unknown => {
    const found = names.find((name) => rest.has(name))
    const value = found === undefined ? undefined : rest.get(found)
    if (found !== undefined) rest.delete(found)
    return value
  }
  reading.prompt('prompt', take('prompt'))
  reading.prompt('negativePrompt', take('negativeprompt'))
  const isVaried = Number(rest.get('variationseedstrength') ?? 0) > 0
  reading.seed(take('seed'), isVaried ? VARIATION_NOTE : undefined)
  reading.number('numInferenceSteps', take('steps'))
  reading.number('guidanceScale', take('cfgscale'))
  reading.number('widthPx', take('width'))
  reading.number('heightPx', take('height'))
  readSampler(reading, take('sampler', 'comfyuisampler'), take('scheduler', 'comfyuischeduler'))
  const strength = rest.has('initimage') ? Number(take('initimagecreativity')) : NaN
  if (Number.isFinite(strength)) reading.mapped('strength', strength, STRENGTH_NOTE)
  reading.model(take('model'))
  reading.modelHash(modelHashOf(json.sui_models), 'tensors-sha256')
  for (const [name, value] of rest) reading.other(name, value)
  return reading.done(text)
}

function modelHashOf(models: unknown): unknown {
  if (!Array.isArray(models)) return undefined
  const model = models
    .map(recordOf)
    .find((entry) => entry !== undefined && textOf(entry.param).toLowerCase() === 'model')
  return model?.hash
}

/** Our own chunk: all settings of an image, exactly. */
import type { ReadSettings } from '#shared/contract/metadata.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'
import { parseJson } from '../parse-json.ts'
import { Reading } from '../reading.ts'
import { recordOf, seedOf } from '../values.ts'

/** @returns undefined if it is not sound */
export function parseReprise(text: string): ImageSettings | undefined {
  const json = recordOf(parseJson(text))
  return json && ImageSettingsSchema.safeParse({ ...json, seed: seedOf(json.seed) }).data
}

export function readReprise(text: string): ReadSettings | undefined {
  const settings = parseReprise(text)
  if (settings === undefined) return undefined
  const { modelHash, strength, resizeMode, inputImageHash } = settings
  const reading = new Reading('reprise', settings.engineVersion)
  const names = [
    'prompt',
    'negativePrompt',
    'seed',
    'numInferenceSteps',
    'guidanceScale',
    'widthPx',
    'heightPx',
  ] as const
  for (const name of names) reading.exact(name, settings[name])
  for (const name of ['scheduler', 'sigmas', 'modelName'] as const) reading.exact(name, settings[name])
  if (strength !== undefined) reading.exact('strength', strength)
  if (resizeMode !== undefined) reading.exact('resizeMode', resizeMode)
  if (inputImageHash !== undefined) reading.exact('inputImageHash', inputImageHash)
  reading.ownModelHash(modelHash, 'reprise')
  return reading.done(text)
}

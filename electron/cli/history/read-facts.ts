/** Settings that were read out of a file, for people: each with how far it can be trusted. */
import type { ReadFields, ReadSettings } from '#shared/contract/metadata.ts'

export type Fact = [label: string, value: string | undefined]

const LABELS: Record<keyof ReadFields, string> = {
  prompt: 'prompt',
  negativePrompt: 'negative',
  seed: 'seed',
  numInferenceSteps: 'steps',
  guidanceScale: 'guidance',
  scheduler: 'sampler',
  sigmas: 'sigmas',
  strength: 'strength',
  resizeMode: 'resize mode',
  widthPx: 'width then',
  heightPx: 'height then',
  inputImageHash: 'input',
  modelName: 'model',
  modelHash: 'model hash',
}

/** `euler_a (nearly: …)`; of what the file does not tell there is no line. */
export function readFacts({ fields, notUnderstood }: ReadSettings): Fact[] {
  const known = (Object.keys(LABELS) as (keyof ReadFields)[]).map((name): Fact => {
    const field = fields[name]
    if (field === undefined) return [LABELS[name], undefined]
    const value = field.value.toString()
    if (field.fidelity === 'exact') return [LABELS[name], value]
    return [LABELS[name], `${value} (${field.fidelity === 'mapped' ? 'nearly' : 'not understood'}: ${field.note})`]
  })
  return [...known, ['besides', notUnderstood.map(({ name, value }) => `${name}: ${value}`).join('; ')]]
}

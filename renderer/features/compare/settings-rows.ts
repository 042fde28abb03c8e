/** Settings of several images, a line each, with those marked that are not the same in all. */
import type { ImageDetail } from '#shared/contract/history.ts'
import * as m from '#renderer/paraglide/messages.js'

export interface SettingsRow {
  readonly name: string
  readonly values: readonly string[]
  readonly isDifferent: boolean
  readonly isMono: boolean
}

type Field = readonly [name: () => string, valueOf: (image: ImageDetail) => string, isMono?: boolean]

const FIELDS: readonly Field[] = [
  [m.inspector_prompt, (image) => image.prompt],
  [m.inspector_negative, (image) => image.negativePrompt],
  [m.seed, (image) => image.seed.toString(), true],
  [m.inspector_size, (image) => `${image.widthPx} × ${image.heightPx}`, true],
  [m.inspector_steps, (image) => String(image.numInferenceSteps), true],
  [m.inspector_guidance, (image) => String(image.guidanceScale), true],
  [
    m.inspector_sampler,
    (image) => (image.sigmas === 'default' ? image.scheduler : `${image.scheduler} · ${image.sigmas}`),
    true,
  ],
  [m.inspector_strength, (image) => (image.strength === undefined ? '' : String(image.strength)), true],
  [m.inspector_resize, (image) => image.resizeMode ?? ''],
  [m.inspector_input, (image) => image.inputImageHash?.slice(0, 12) ?? '', true],
  [m.inspector_model, (image) => image.modelName],
  [m.inspector_model_hash, (image) => image.modelHash.slice(0, 12), true],
  [m.inspector_made_with, (image) => `${image.engineVersion} · ${image.runtimeVersion} · ${image.provider}`],
]

/** Lines that are empty for all are left out. */
export function settingsRows(images: readonly ImageDetail[]): SettingsRow[] {
  return FIELDS.map(([name, valueOf, isMono = false]) => {
    const values = images.map(valueOf)
    return { name: name(), values, isDifferent: values.some((value) => value !== values[0]), isMono }
  }).filter(({ values }) => values.some((value) => value !== ''))
}

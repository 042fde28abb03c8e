/** Settings of several images, a line each, with those marked that are not the same in all. */
import type { ImageDetail, OwnDetail } from '#shared/contract/history.ts'
import { programOf } from '#renderer/features/drop/field-rows.ts'
import * as m from '#renderer/paraglide/messages.js'

export interface SettingsRow {
  readonly name: string
  readonly values: readonly string[]
  readonly isDifferent: boolean
  readonly isMono: boolean
}

/** Undefined: not known. Empty: there is none. */
type ValueOf<Image> = (image: Image) => string | undefined
type Field = readonly [name: () => string, valueOf: ValueOf<ImageDetail>, isMono?: boolean]

/** Of others it is not known either that there is none. */
function ofOwn(valueOf: ValueOf<OwnDetail>): ValueOf<ImageDetail> {
  return (image) => (image.origin === 'reprise' ? (valueOf(image) ?? '') : '')
}

const FIELDS: readonly Field[] = [
  [m.inspector_prompt, (image) => image.prompt],
  [m.inspector_negative, (image) => image.negativePrompt],
  [m.seed, (image) => image.seed?.toString(), true],
  [m.inspector_size, (image) => `${image.widthPx} × ${image.heightPx}`, true],
  [m.inspector_steps, (image) => image.numInferenceSteps?.toString(), true],
  [m.inspector_guidance, (image) => image.guidanceScale?.toString(), true],
  [
    m.inspector_sampler,
    ({ scheduler, sigmas = 'default' }) => (sigmas === 'default' ? scheduler : `${scheduler ?? '?'} · ${sigmas}`),
    true,
  ],
  [m.inspector_strength, (image) => image.strength?.toString() ?? '', true],
  [m.inspector_resize, ofOwn((image) => image.resizeMode)],
  [m.inspector_input, ofOwn((image) => image.inputImageHash?.slice(0, 12)), true],
  [m.inspector_model, (image) => image.modelName],
  [m.inspector_model_hash, (image) => image.modelHash?.slice(0, 12), true],
  [
    m.inspector_made_with,
    (image) =>
      image.origin === 'reprise'
        ? `Reprise ${image.engineVersion} · ${image.runtimeVersion} · ${image.provider}`
        : programOf(image.read),
  ],
]

/** Lines that are empty for all are left out. */
export function settingsRows(images: readonly ImageDetail[]): SettingsRow[] {
  return FIELDS.map(([name, valueOf, isMono = false]) => {
    const values = images.map((image) => valueOf(image) ?? m.inspector_not_known())
    return { name: name(), values, isDifferent: values.some((value) => value !== values[0]), isMono }
  }).filter(({ values }) => values.some((value) => value !== ''))
}

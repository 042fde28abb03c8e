/**
 * Settings of A1111 that are not here. What would give another picture than was asked for is refused, by name; what
 * changes it a little is left out, and the answer says so. The table for people is in docs/guide/a1111-api.md.
 */
import { type FieldIssue, FieldsError, notSupported } from './a1111-error.ts'
import type { CommonFields } from './generation-fields.ts'
import { isExtensionOff } from './is-extension-off.ts'

/** @throws {FieldsError} */
export function refuseUnsupported(fields: CommonFields): void {
  const issues: FieldIssue[] = []
  const refuse = (field: string, isAsked: boolean, what: string): void => {
    if (isAsked) issues.push(notSupported(field, what))
  }
  refuse('enable_hr', fields.enable_hr === true, 'turn "Hires. fix" off, and ask for the size itself')
  refuse('firstpass_image', isGiven(fields.firstpass_image), 'use img2img')
  refuse('tiling', fields.tiling === true, 'turn it off')
  refuse('subseed_strength', (fields.subseed_strength ?? 0) !== 0, 'variations of a seed are not here; set it to 0')
  for (const field of ['seed_resize_from_w', 'seed_resize_from_h'] as const) {
    refuse(field, (fields[field] ?? 0) > 0, 'set it to 0')
  }
  refuse('infotext', isGiven(fields.infotext), 'send its settings as fields')
  refuse('mask', isGiven(fields.mask), 'parts of an image cannot be replaced; leave it out')
  refuse('resize_mode', fields.resize_mode === 3, 'use 0 (stretch), 1 (crop) or 2 (fill)')
  refuse('script_name', isGiven(fields.script_name), 'there are no scripts')
  for (const [name, script] of Object.entries(fields.alwayson_scripts ?? {})) {
    refuse('alwayson_scripts', !isExtensionOff(script), `there is no extension ${JSON.stringify(name.slice(0, 100))}`)
  }
  if (issues.length > 0) throw new FieldsError(issues)
}

/** What is left out, for people. */
export function notesOn(fields: CommonFields): string[] {
  const notes: string[] = []
  const note = (field: string, isAsked: boolean): void => {
    if (isAsked) notes.push(`${field} is not supported and was left out`)
  }
  const overrides = fields.override_settings ?? {}
  note('restore_faces', fields.restore_faces === true)
  note('styles', fields.styles?.some((style) => style !== '') === true)
  note('eta', (fields.eta ?? 0) !== 0)
  note('s_churn', (fields.s_churn ?? 0) !== 0)
  note('refiner_checkpoint', isGiven(fields.refiner_checkpoint) && (fields.refiner_switch_at ?? 0) > 0)
  note('initial_noise_multiplier', ![undefined, 1].includes(fields.initial_noise_multiplier as number | undefined))
  note('clip_skip', (fields.clip_skip ?? 1) > 1 || Number(overrides.CLIP_stop_at_last_layers ?? 1) > 1)
  note('sd_vae', !['', 'automatic', 'none'].includes(asText(overrides.sd_vae).toLowerCase()))
  for (const key of Object.keys(overrides)) note(`override_settings.${key.slice(0, 100)}`, !KNOWN_OVERRIDES.has(key))
  if (/<(lora|lyco|hypernet):/i.test(fields.prompt ?? '')) {
    notes.push('LoRAs and hypernetworks are not supported: <…> in the prompt was read as words')
  }
  return notes
}

const KNOWN_OVERRIDES = new Set(['sd_model_checkpoint', 'sd_vae', 'CLIP_stop_at_last_layers'])

function isGiven(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value !== 'None'
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

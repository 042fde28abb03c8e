/** Collects what one format tells, field by field: every reader decides only what its own names mean. */
import type { ModelHashKind, ReadFields, ReadSettings } from '#shared/contract/metadata.ts'
import { MAX_PROMPT_LENGTH } from '#shared/contract/values.ts'
import type { SettingsSource } from '#shared/names.ts'
import { promptLanguage } from './prompt-language.ts'
import { finiteOf, integerOf, seedOf, shown, textOf } from './values.ts'

export type FieldName = keyof ReadFields
type ValueOf<Name extends FieldName> = Extract<NonNullable<ReadFields[Name]>, { fidelity: 'exact' }>['value']

const MAX_RAW_LENGTH = 100_000
/** A hostile graph has as many nodes as fit into a file. */
const MAX_NOT_UNDERSTOOD = 200

export class Reading {
  readonly source: SettingsSource
  program: string | undefined
  readonly #fields: ReadFields = {}
  readonly #notUnderstood: ReadSettings['notUnderstood'] = []

  constructor(source: SettingsSource, program?: unknown) {
    this.source = source
    if (typeof program === 'string' && program !== '') this.program = shown(program)
  }

  exact<Name extends Exclude<FieldName, 'modelHash'>>(name: Name, value: ValueOf<Name>): void {
    Object.assign(this.#fields, { [name]: { fidelity: 'exact', value } })
  }

  /** @param note what differs */
  mapped<Name extends Exclude<FieldName, 'modelHash'>>(name: Name, value: ValueOf<Name>, note: string): void {
    Object.assign(this.#fields, { [name]: { fidelity: 'mapped', value, note } })
  }

  /** @param original as the file has it */
  notUnderstood(name: FieldName, original: unknown, note: string): void {
    Object.assign(this.#fields, { [name]: { fidelity: 'not-understood', value: shown(original), note } })
  }

  /** Something that no field is for. */
  other(name: string, value: unknown, note?: string): void {
    const entry = { name: shown(name, 100), value: shown(value), ...(note !== undefined && { note }) }
    // both prompts may go through the same node
    const isTold = this.#notUnderstood.some((told) => told.name === entry.name && told.value === entry.value)
    if (!isTold && this.#notUnderstood.length < MAX_NOT_UNDERSTOOD) this.#notUnderstood.push(entry)
  }

  /**
   * @param isPlain there is no language in it, as in ours; otherwise tags are listed, and what means nothing here told
   * @param note    why it may not be what the image was made from
   */
  prompt(
    name: 'prompt' | 'negativePrompt',
    text: unknown,
    { isPlain = false, note: given }: { isPlain?: boolean; note?: string | undefined } = {},
  ): void {
    if (text === undefined || text === null) return
    if (typeof text !== 'string') {
      this.notUnderstood(name, text, 'it is no text')
      return
    }
    if (text.length > MAX_PROMPT_LENGTH) {
      this.notUnderstood(name, text, `it has ${text.length} characters; at most ${MAX_PROMPT_LENGTH} are read`)
      return
    }
    const { tags, note: ofLanguage } = isPlain ? { tags: [] } : promptLanguage(text)
    const note = [given, ofLanguage].filter((part) => part !== undefined).join('; ')
    for (const tag of tags) this.other(tag.kind, tag.text, 'the image was made with more than the model')
    if (note === '') this.exact(name, text)
    else this.mapped(name, text, note)
  }

  /**
   * Exact, or not understood if it is no such number. Absent values stay absent.
   *
   * @param note why it may be another number than the one that was used
   */
  number(
    name: 'numInferenceSteps' | 'widthPx' | 'heightPx' | 'guidanceScale' | 'strength',
    value: unknown,
    note?: string,
  ): void {
    if (value === undefined || value === null) return
    const number = name === 'guidanceScale' || name === 'strength' ? finiteOf(value) : integerOf(value)
    if (number === undefined) this.notUnderstood(name, value, 'it is no such number')
    else if (note !== undefined) this.mapped(name, number, note)
    else this.exact(name, number)
  }

  /** @param note why the same seed gives other noise here; none: it gives the same */
  seed(value: unknown, note?: string): void {
    if (value === undefined || value === null) return
    const seed = seedOf(value)
    if (seed === undefined) this.notUnderstood('seed', value, 'a seed here is a whole number from 0 to 2^64 - 1')
    else if (note === undefined) this.exact('seed', seed)
    else this.mapped('seed', seed, note)
  }

  /** A model file's name: paths and endings say nothing about the model. */
  model(value: unknown): void {
    if (value === undefined || value === null || value === '') return
    if (typeof value !== 'string') this.notUnderstood('modelName', value, 'it is no text')
    else this.exact('modelName', shown(modelNameOf(value)))
  }

  /** A hash that is not made the way ours is: it finds no model here. */
  modelHash(value: unknown, kind: ModelHashKind): void {
    const hash = textOf(value ?? '').replace(/^0x|^blake3:/, '')
    if (hash === '' || hash === 'unknown' || hash === 'None') return
    this.notUnderstood('modelHash', hash, 'models are hashed in another way here, so it finds none')
    Object.assign(this.#fields.modelHash!, { kind })
  }

  ownModelHash(hash: string, kind: 'reprise' | 'reprise-short'): void {
    Object.assign(this.#fields, { modelHash: { fidelity: 'exact', value: hash, kind } })
  }

  has(name: FieldName): boolean {
    return this.#fields[name] !== undefined
  }

  done(raw: string): ReadSettings {
    return {
      source: this.source,
      ...(this.program !== undefined && { program: this.program }),
      fields: this.#fields,
      notUnderstood: this.#notUnderstood,
      raw: shown(raw, MAX_RAW_LENGTH),
    }
  }
}

function modelNameOf(fileName: string): string {
  return fileName.replace(/^.*[\\/]/s, '').replace(/\.(safetensors|ckpt|gguf|sft|pt|bin)$/i, '')
}

/** What A1111 and its relatives show of a model's hash. */
export function fileHashKind(hash: unknown): ModelHashKind {
  const length = typeof hash === 'string' && /^[0-9a-f]+$/i.test(hash) ? hash.length : 0
  const kinds: Record<number, ModelHashKind> = { 8: 'file-autov1', 10: 'file-sha256-short', 64: 'file-sha256' }
  return kinds[length] ?? 'unknown'
}

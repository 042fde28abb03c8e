/** The tensors of a LoRA file, put together by the module that they change. */
import type { TensorEntry } from '#engine/weights/weights.ts'

/** One part of a module's change; the names are those of LyCORIS. */
export type LoraPart =
  | 'up'
  | 'down'
  | 'mid'
  | 'alpha'
  | 'dora_scale'
  | 'diff'
  | 'diff_b'
  | `hada_${'w1_a' | 'w1_b' | 'w2_a' | 'w2_b' | 't1' | 't2'}`
  | `lokr_${'w1' | 'w1_a' | 'w1_b' | 'w2' | 'w2_a' | 'w2_b' | 't2'}`

export type LoraModuleParts = ReadonlyMap<LoraPart, TensorEntry>

const SUFFIXES: readonly (readonly [RegExp, LoraPart | undefined])[] = [
  [/[._]lora(?:_linear_layer)?[._]up\.weight$/, 'up'],
  [/[._]lora(?:_linear_layer)?[._]down\.weight$/, 'down'],
  [/\.lora_mid\.weight$/, 'mid'],
  [/\.lora_B(?:\.default(?:_\d+)?)?\.weight$/, 'up'],
  [/\.lora_A(?:\.default(?:_\d+)?)?\.weight$/, 'down'],
  [/\.lora_magnitude_vector(?:\.default(?:_\d+)?)?(?:\.weight)?$/, 'dora_scale'],
  [/\.dora_scale$/, 'dora_scale'],
  [/(?:[._]lora)?\.alpha$/, 'alpha'],
  [/\.(?:diff|w_norm)$/, 'diff'],
  [/\.(?:diff_b|b_norm)$/, 'diff_b'],
  [/\.(?:hada_(?:w[12]_[ab]|t[12])|lokr_(?:w[12](?:_[ab])?|t2))$/, undefined],
]

/**
 * @returns the parts of each module by the module's name in the file, and the names of tensors that are no such part
 */
export function loraParts(entries: readonly TensorEntry[]): {
  modules: Map<string, Map<LoraPart, TensorEntry>>
  unknown: string[]
} {
  const modules = new Map<string, Map<LoraPart, TensorEntry>>()
  const unknown: string[] = []
  for (const entry of entries) {
    const found = partOf(entry.name)
    if (found === undefined) {
      unknown.push(entry.name)
      continue
    }
    let parts = modules.get(found.module)
    if (parts === undefined) modules.set(found.module, (parts = new Map<LoraPart, TensorEntry>()))
    if (parts.has(found.part)) unknown.push(entry.name)
    else parts.set(found.part, entry)
  }
  return { modules, unknown }
}

function partOf(name: string): { module: string; part: LoraPart } | undefined {
  for (const [suffix, part] of SUFFIXES) {
    const match = suffix.exec(name)
    if (match !== null) return { module: name.slice(0, match.index), part: part ?? (match[0].slice(1) as LoraPart) }
  }
  return undefined
}

/**
 * Which tensor of a model a name in a LoRA file means. Names are never taken apart by guess: the model's own tensor names
 * are written in each style, and the file's are looked up among them.
 *
 * Styles: kohya (`lora_unet_down_blocks_0_…`, of SDXL in the original layout too), diffusers (`unet.down_blocks.0.…`),
 * its older attention processors (`….attn1.processor.to_q_lora`), PEFT (`base_model.model.…`).
 */
import type { ModelComponentName } from '#shared/names.ts'
import type { Weights } from '#engine/weights/weights.ts'
import { layoutOfDiffusersNames, unetKeys } from '../single-file/unet-keys.ts'

export interface LoraTarget {
  readonly component: ModelComponentName
  /** Of the module: a tensor's name without `.weight`. */
  readonly module: string
}

const KOHYA_PREFIXES: Partial<Record<ModelComponentName, readonly string[]>> = {
  unet: ['lora_unet_'],
  text_encoder: ['lora_te_', 'lora_te1_'],
  text_encoder_2: ['lora_te2_'],
}

/** @returns what finds the module that a name stands for */
export function loraModuleNames(
  components: ReadonlyMap<ModelComponentName, Weights>,
): (name: string) => LoraTarget | undefined {
  const targets = new Map<string, LoraTarget>()
  for (const [component, weights] of components) {
    const prefixes = KOHYA_PREFIXES[component]
    if (prefixes === undefined) continue
    const names = [...weights.names()]
    const original = component === 'unet' ? unetKeys(layoutOfDiffusersNames(names)) : undefined
    for (const name of names) {
      if (!name.endsWith('.weight')) continue
      const module = name.slice(0, -'.weight'.length)
      const target = { component, module }
      for (const prefix of prefixes) {
        targets.set(prefix + module.replaceAll('.', '_'), target)
        if (original) targets.set(prefix + original.toOriginal(module).replaceAll('.', '_'), target)
      }
      targets.set(`${component}.${module}`, target)
      // without the component's name, only where the first that has the module is meant
      if (!targets.has(module)) targets.set(module, target)
    }
  }
  return (name) => targets.get(name) ?? targets.get(plainName(name))
}

const PROCESSOR_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\.processor\.to_out$/, '.to_out.0'],
  [/\.processor\.to_([qkv])$/, '.to_$1'],
  [/\.self_attn\.to_out$/, '.self_attn.out_proj'],
  [/\.self_attn\.to_([qkv])$/, '.self_attn.$1_proj'],
]

function plainName(name: string): string {
  let plain = name.replace('base_model.model.', '')
  for (const [part, replacement] of PROCESSOR_PARTS) plain = plain.replace(part, replacement)
  return plain
}

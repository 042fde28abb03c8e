/** `--lora FILE[:WEIGHT[:TEXT_WEIGHT]]` */
import { InvalidArgumentError } from 'commander'
import type { GenerationRequest } from '#shared/generation.ts'

export type AskedLora = NonNullable<GenerationRequest['loras']>[number]

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)`
/** Weights are taken from the end, as a path may hold colons too. */
const WITH_WEIGHTS = new RegExp(String.raw`^(.+?)(?::(${NUMBER}))?(?::(${NUMBER}))?$`, 's')

/** Adds one to those that were given before. */
export function loraOption(text: string, before: readonly AskedLora[] = []): AskedLora[] {
  const parts: readonly (string | undefined)[] = WITH_WEIGHTS.exec(text) ?? []
  const [, path, weight, textWeight] = parts
  if (path === undefined) throw new InvalidArgumentError('--lora takes a file, as in style.safetensors:0.8')
  return [
    ...before,
    { path, weight: Number(weight ?? 1), ...(textWeight !== undefined && { textWeight: Number(textWeight) }) },
  ]
}

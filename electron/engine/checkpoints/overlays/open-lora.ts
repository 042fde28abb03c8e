/** LoRA files as a request names them, read as far as is needed to build a graph: headers, hash and alphas. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { readFloat32 } from '#engine/weights/read-tensor.ts'
import { readSafetensorsHeader } from '#engine/weights/safetensors-header.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import { loraParts, type LoraModuleParts, type LoraPart } from './lora-parts.ts'

export interface LoraFile {
  /** Base name without ending. */
  readonly name: string
  readonly path: string
  /** sha256 of the file, hex. */
  readonly hash: string
  readonly weight: number
  readonly textWeight: number | undefined
  /** Parts by the module's name in the file. */
  readonly modules: ReadonlyMap<string, LoraModuleParts>
  /** The file's own alpha, by the same names. */
  readonly alphas: ReadonlyMap<string, number>
  /** Names of tensors that are no part of a change. */
  readonly unknown: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * @throws {AppError} `invalid-argument` for two of one name or a weight that is no number, `lora-mismatch` for a file that
 *   is no LoRA, `weights-invalid`
 */
export async function openLoras(asked: NonNullable<GenerationRequest['loras']>): Promise<LoraFile[]> {
  const names = asked.map(({ path }) => basename(path).replace(/\.safetensors$/i, ''))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new AppError('invalid-argument', `two LoRA are named ${quoted(twice)}: give each once`)
  const files: LoraFile[] = []
  for (const [i, one] of asked.entries()) files.push(await openLora(names[i], one))
  return files
}

/** True if both add the same to a model. */
export function isSameLora(a: LoraFile, b: LoraFile): boolean {
  return a.path === b.path && a.hash === b.hash && a.weight === b.weight && textWeightOf(a) === textWeightOf(b)
}

export function textWeightOf({ weight, textWeight }: LoraFile): number {
  return textWeight ?? weight
}

async function openLora(
  name: string,
  { path, weight, textWeight }: NonNullable<GenerationRequest['loras']>[number],
): Promise<LoraFile> {
  if (!Number.isFinite(weight) || !Number.isFinite(textWeight ?? 0)) {
    throw new AppError('invalid-argument', `the weight of LoRA ${quoted(name)} must be a finite number`)
  }
  const file = resolve(path)
  const { entries, metadata } = await readSafetensorsHeader(file)
  const hash = await sha256(file)
  // names of a graph's weights are the tensors': those of two files must not be taken for each other
  const { modules, unknown } = loraParts(entries)
  if (modules.size === 0) {
    throw new AppError('lora-mismatch', `${quoted(basename(file))} is no LoRA: it holds none of a LoRA's tensors`)
  }
  const alphas = new Map<string, number>()
  const own = new Map<string, LoraModuleParts>()
  for (const [module, parts] of modules) {
    const alpha = parts.get('alpha')
    if (alpha !== undefined) alphas.set(module, await readAlpha(alpha))
    own.set(module, new Map([...parts].map(([part, entry]) => [part, named(entry, hash, part)])))
  }
  return { name, path: file, hash, weight, textWeight, modules: own, alphas, unknown, metadata }
}

function named(entry: TensorEntry, hash: string, part: LoraPart): TensorEntry {
  return part === 'alpha' ? entry : { ...entry, name: `lora:${hash}:${entry.name}` }
}

async function readAlpha(entry: TensorEntry): Promise<number> {
  const numbers = entry.byteLength <= 8 ? await readFloat32(entry) : []
  const alpha = numbers[0]
  if (numbers.length === 1 && Number.isFinite(alpha)) return alpha
  throw new AppError(
    'weights-invalid',
    `${quoted(basename(entry.file))}: tensor ${quoted(entry.name)} is not one number`,
  )
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

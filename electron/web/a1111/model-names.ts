/** Models as A1111 names its checkpoints: "name [first ten digits of the hash]". */
import { basename } from 'node:path'
import type { ModelView } from '#shared/contract/models.ts'

const SHORT_HASH = 10

export interface NamedModel {
  readonly id: number
  readonly title: string
  readonly model_name: string
  readonly hash: string | null
  readonly sha256: string | null
  /** The folder's own name: where it lies stays here. */
  readonly filename: string
  readonly config: null
  readonly isDefault: boolean
}

/** Those that can be used. */
export function namedModels(models: readonly ModelView[]): NamedModel[] {
  return models
    .filter(({ problem }) => problem === null)
    .map(({ id, name, path, hash, isDefault }) => ({
      id,
      title: titleOf(name, hash),
      model_name: name,
      hash: hash === '' ? null : hash.slice(0, SHORT_HASH),
      sha256: hash === '' ? null : hash,
      filename: basename(path),
      config: null,
      isDefault,
    }))
}

/** The six fields of A1111's SDModelItem and no other: clients make classes of them that take nothing else. */
export function modelItem({ title, model_name, hash, sha256, filename, config }: NamedModel): object {
  return { title, model_name, hash, sha256, filename, config }
}

function titleOf(name: string, hash: string): string {
  return hash === '' ? name : `${name} [${hash.slice(0, SHORT_HASH)}]`
}

/** By title, name, folder or hash, as clients remember it: with the ending of a file, in other capitals. */
export function findModel(models: readonly NamedModel[], text: string): NamedModel | undefined {
  const asked = simplified(text)
  if (asked === '') return undefined
  const keys = [
    ({ title }: NamedModel) => title,
    ({ model_name: name }: NamedModel) => name,
    ({ filename }: NamedModel) => filename,
    ({ hash }: NamedModel) => hash ?? '',
    ({ sha256 }: NamedModel) => sha256 ?? '',
  ]
  for (const key of keys) {
    const found = models.find((model) => simplified(key(model)) === asked)
    if (found !== undefined) return found
  }
  // the hash changed, or was not known yet
  const withoutHash = /^(.*\S)\s*\[[0-9a-f]*\]$/i.exec(text.trim())?.[1]
  return withoutHash === undefined ? undefined : findModel(models, withoutHash)
}

function simplified(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\.(safetensors|ckpt)$/, '')
}

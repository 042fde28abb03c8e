/** Which model files are shown: of one kind, with the words that were typed, in the order that was chosen. */
import { MODEL_FILE_KINDS, type ModelFileKind, type ModelFileView } from '#shared/contract/model-files.ts'

export const FILE_ORDERS = ['name', 'newest', 'largest'] as const
export type FileOrder = (typeof FILE_ORDERS)[number]

export interface FileFilter {
  /** Undefined: all of them. */
  readonly kind: ModelFileKind | undefined
  /** Words that all have to be in its name, path, architecture or hash. */
  readonly words: string
  readonly order: FileOrder
}

/** How many there are of each kind that there is, in the order of the kinds. */
export function countKinds(files: readonly ModelFileView[]): [ModelFileKind, number][] {
  const byKind = Object.groupBy(files, ({ kind }) => kind)
  return MODEL_FILE_KINDS.flatMap((kind) =>
    byKind[kind] ? [[kind, byKind[kind].length] as [ModelFileKind, number]] : [],
  )
}

export function filterFiles(files: readonly ModelFileView[], { kind, words, order }: FileFilter): ModelFileView[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const found = files.filter((file) => {
    if (kind !== undefined && file.kind !== kind) return false
    if (wanted.length === 0) return true
    const text = `${file.path}\n${file.name}\n${file.architecture}\n${file.sha256 ?? ''}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
  if (order === 'newest') return found.sort((a, b) => b.modifiedAtMs - a.modifiedAtMs)
  if (order === 'largest') return found.sort((a, b) => b.sizeBytes - a.sizeBytes)
  const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  return found.sort((a, b) => byName.compare(a.name, b.name))
}

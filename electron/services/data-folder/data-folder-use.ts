/** What a data folder holds, by kind, and how much more its disk takes. */
import { statfs } from 'node:fs/promises'
import { sep } from 'node:path'
import { folderEntries } from './folder-entries.ts'

const KINDS = ['images', 'inputs', 'differences', 'thumbnails', 'backups', 'database', 'other'] as const
export type DataKind = (typeof KINDS)[number]

interface Use {
  fileCount: number
  sizeBytes: number
}

export interface DataFolderUse {
  readonly kinds: Readonly<Record<DataKind, Readonly<Use>>>
  /** For whoever runs this. */
  readonly freeBytes: number
}

/** Reads every entry once: about a second for a hundred thousand images. */
export async function dataFolderUse(dataDir: string): Promise<DataFolderUse> {
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, { fileCount: 0, sizeBytes: 0 }])) as Record<DataKind, Use>
  for await (const { name, kind, sizeBytes } of folderEntries(dataDir)) {
    if (kind !== 'file') continue
    const sum = kinds[kindOf(name)]
    sum.fileCount++
    sum.sizeBytes += sizeBytes
  }
  const { bavail, bsize } = await statfs(dataDir)
  return { kinds, freeBytes: bavail * bsize }
}

function kindOf(name: string): DataKind {
  const top = name.split(sep)[0]
  if (/^reprise\.sqlite(-wal|-shm|-journal)?$/.test(top)) return 'database'
  return KINDS.find((kind) => kind === top) ?? 'other'
}

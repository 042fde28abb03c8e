/** Files of a drop, those in dropped folders included, and images of the history that were dragged out of the wall. */

/** Files taken out of folders; more is a slip of the hand, or a whole disk. */
const MAX_FILES = 2_000
const MAX_DEPTH = 8
/** As the wall marks images that are dragged. */
export const DRAGGED_IMAGES = 'application/x-reprise-images'

export interface DroppedFiles {
  readonly files: File[]
  /** A folder had more files, or went deeper, than is taken. */
  readonly isCut: boolean
}

/** To be called while the drop is being handled: entries are gone after the first wait. */
export function droppedFiles({ items, files }: Pick<DataTransfer, 'items' | 'files'>): Promise<DroppedFiles> {
  const entries = [...items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null))
  const found = entries.filter((entry) => entry !== null)
  // some browsers, and files made by a script, have none
  if (!found.some((entry) => entry.isDirectory)) return Promise.resolve({ files: [...files], isCut: false })
  return filesOf(found)
}

/** Ids of images that are dragged within the studio, from another window of it too. */
export function draggedImages(transfer: Pick<DataTransfer, 'getData'>): number[] {
  try {
    const ids: unknown = JSON.parse(transfer.getData(DRAGGED_IMAGES))
    return Array.isArray(ids) ? ids.filter((id): id is number => Number.isSafeInteger(id) && id > 0) : []
  } catch {
    return []
  }
}

/** Folder by folder, by name as people read numbers: 2 before 10. What cannot be read is left out. */
async function filesOf(entries: readonly FileSystemEntry[]): Promise<DroppedFiles> {
  const files: File[] = []
  let isCut = false
  const walk = async (entry: FileSystemEntry, depth: number): Promise<void> => {
    if (entry.name.startsWith('.')) return
    if (files.length >= MAX_FILES || depth > MAX_DEPTH) {
      isCut = true
      return
    }
    if (isFile(entry)) {
      const file = await fileOf(entry)
      if (file !== undefined) files.push(file)
      return
    }
    if (isFolder(entry)) for (const child of await childrenOf(entry)) await walk(child, depth + 1)
  }
  for (const entry of entries) await walk(entry, 0)
  return { files, isCut }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

function fileOf(entry: FileSystemFileEntry): Promise<File | undefined> {
  return new Promise((resolve) => {
    entry.file(resolve, () => {
      resolve(undefined)
    })
  })
}

/** A reader gives a part of the folder at each call, and nothing at its end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => {
        resolve([])
      })
    })
    children.push(...part)
    if (part.length === 0 || children.length > MAX_FILES) break
  }
  return children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

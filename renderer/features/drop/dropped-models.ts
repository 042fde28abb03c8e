/** Models among what was dropped: files of weights, and folders in which there are some. They are never read here. */

const MODEL_FILE = /\.(safetensors|ckpt|gguf|pt|pth|onnx)$/i
const MODEL_INDEX = 'model_index.json'
/** `folder/author/model/unet/weights`, and no further into what may be a whole disk. */
const MAX_DEPTH = 4
const MAX_ENTRIES = 500

export interface DroppedModels {
  /** Files, and folders as the system hands them over: a name without content. */
  readonly models: File[]
  /** Plain files that are none. */
  readonly others: File[]
}

export function isModelFile({ name }: { readonly name: string }): boolean {
  return MODEL_FILE.test(name)
}

/** To be called while the drop is being handled: entries are gone after the first wait. */
export async function droppedModels(items: Iterable<DataTransferItem>): Promise<DroppedModels> {
  const dropped = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry() }))
  const models: File[] = []
  const others: File[] = []
  for (const { file, entry } of dropped) {
    if (file === null) continue
    if (entry !== null && isFolder(entry)) {
      const walk = { entriesLeft: MAX_ENTRIES }
      if (await hasModels(entry, MAX_DEPTH, walk)) models.push(file)
    } else if (isModelFile(file)) models.push(file)
    else others.push(file)
  }
  return { models, others }
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

async function hasModels(
  folder: FileSystemDirectoryEntry,
  depth: number,
  walk: { entriesLeft: number },
): Promise<boolean> {
  const reader = folder.createReader()
  const folders: FileSystemDirectoryEntry[] = []
  while (walk.entriesLeft > 0) {
    const part = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => {
        resolve([])
      })
    })
    if (part.length === 0) break
    walk.entriesLeft -= part.length
    if (part.some((entry) => entry.isFile && (entry.name === MODEL_INDEX || isModelFile(entry)))) return true
    folders.push(...part.filter(isFolder))
  }
  if (depth === 0) return false
  for (const inner of folders) if (await hasModels(inner, depth - 1, walk)) return true
  return false
}

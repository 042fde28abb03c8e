import { expect, test } from 'vitest'
import { droppedModels } from './dropped-models.ts'

interface Tree {
  readonly [name: string]: Tree | null
}

function entryOf(name: string, tree: Tree | null): FileSystemEntry {
  if (tree === null) return { name, isFile: true, isDirectory: false } as FileSystemEntry
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const parts = [Object.entries(tree).map(([inner, content]) => entryOf(inner, content)), []]
      return {
        readEntries: (take: (part: FileSystemEntry[]) => void) => {
          take(parts.shift() ?? [])
        },
      }
    },
  } as unknown as FileSystemDirectoryEntry
}

/** As a browser hands over what was dropped. */
async function namesOf(dropped: Tree): Promise<{ models: string[]; others: string[] }> {
  const items = Object.entries(dropped).map(([name, tree]) => ({
    kind: 'file',
    getAsFile: () => new File([], name),
    webkitGetAsEntry: () => entryOf(name, tree),
  }))
  const { models, others } = await droppedModels(items as unknown as DataTransferItem[])
  return { models: models.map(({ name }) => name), others: others.map(({ name }) => name) }
}

test('files of weights, folders of models, and what is neither', async () => {
  expect(
    await namesOf({
      'ink.safetensors': null,
      'a.png': null,
      diffusers: { 'model_index.json': null, unet: {} },
      loras: { style: { 'wash.pt': null } },
      pictures: { 'b.png': null, deeper: { 'c.jpg': null } },
    }),
  ).toEqual({ models: ['ink.safetensors', 'diffusers', 'loras'], others: ['a.png'] })
})

test('a whole disk is not walked through', async () => {
  const deep: Tree = { a: { b: { c: { d: { e: { 'x.safetensors': null } } } } } }
  const many: Tree = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`folder ${index}`, {}]))
  expect(await namesOf({ deep, many: { ...many, last: { 'x.safetensors': null } } })).toEqual({
    models: [],
    others: [],
  })
})

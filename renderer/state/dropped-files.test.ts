import { expect, test } from 'vitest'
import { DRAGGED_IMAGES, draggedImages, droppedFiles } from './dropped-files.ts'

interface Tree {
  readonly [name: string]: Tree | string
}

/** As a browser gives it: a folder's entries come in parts. */
function entry(name: string, content: Tree | string): FileSystemEntry {
  if (typeof content === 'string') {
    const file = (take: (file: File) => void, refuse: (error: Error) => void): void => {
      if (content === 'unreadable') refuse(new Error('no'))
      else take(new File([content], name))
    }
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry
  }
  const createReader = () => {
    const rest = Object.entries(content).map(([child, inside]) => entry(child, inside))
    return {
      readEntries: (take: (entries: FileSystemEntry[]) => void) => {
        take(rest.splice(0, 2))
      },
    }
  }
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry
}

function transfer(tree: Tree): Pick<DataTransfer, 'items' | 'files'> {
  const items = Object.entries(tree).map(([name, content]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entry(name, content),
  }))
  const files = Object.entries(tree).map(([name]) => new File([], name))
  return { items, files } as unknown as Pick<DataTransfer, 'items' | 'files'>
}

const names = async (tree: Tree): Promise<string[]> =>
  (await droppedFiles(transfer(tree))).files.map(({ name }) => name)

test('folders and what is in them, by name as people count; hidden and unreadable files are left out', async () => {
  const trip = { '10.png': 'x', '2.png': 'x', '.DS_Store': 'x', 'gone.png': 'unreadable', more: { 'a.jpg': 'x' } }
  expect(await names({ trip, 'one.png': 'x' })).toEqual(['2.png', '10.png', 'a.jpg', 'one.png'])
})

test('without a folder the files as they are', async () => {
  expect(await names({ 'b.png': 'x', 'a.png': 'x' })).toEqual(['b.png', 'a.png'])
})

test('a folder that goes too deep, or has too much in it, is cut and says so', async () => {
  let deep: Tree = { 'bottom.png': 'x' }
  for (let n = 0; n < 12; n++) deep = { [`level ${n}`]: deep }
  expect(await droppedFiles(transfer({ deep }))).toEqual({ files: [], isCut: true })
  const many = Object.fromEntries(Array.from({ length: 2_100 }, (_, n) => [`${n}.png`, 'x']))
  const { files, isCut } = await droppedFiles(transfer({ many }))
  expect([files.length, isCut]).toEqual([2_000, true])
})

test('dragged images are ids and nothing else', () => {
  const of = (text: string): number[] =>
    draggedImages({ getData: (type: string) => (type === DRAGGED_IMAGES ? text : '') })
  expect(of('[3,5]')).toEqual([3, 5])
  for (const text of ['', '{', 'null', '"3"', '{"0":3}']) expect(of(text)).toEqual([])
  expect(of('[1.5,-2,"4",null,9]')).toEqual([9])
})

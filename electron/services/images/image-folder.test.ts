import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openImageFolder } from './image-folder.ts'
import { outputError } from './output-error.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-images-'))
})
afterEach(() => rm(root, { recursive: true }))

const png = (text: string): Uint8Array => Buffer.from(text)

describe('names', () => {
  test('say number and seed, in the order of the images, not of their coming', async () => {
    const folder = await openImageFolder(join(root, 'a/b'))
    await folder.save(1, 8n, png('second'))
    expect(basename(await folder.save(0, 2n ** 64n - 1n, png('first')))).toBe('00001-18446744073709551615.png')
    expect((await readdir(folder.dir)).sort()).toEqual(['00001-18446744073709551615.png', '00002-8.png'])
  })

  test('go on behind those that are there', async () => {
    await writeFile(join(root, '00041-5.png'), 'old')
    await writeFile(join(root, 'holiday.png'), 'old')
    const folder = await openImageFolder(root)
    expect(basename(await folder.save(0, 5n, png('new')))).toBe('00042-5.png')
  })

  test('never replace a file, whoever made it meanwhile', async () => {
    const [mine, other] = await Promise.all([openImageFolder(root), openImageFolder(root)])
    const paths = [
      await other.save(0, 5n, png('other')),
      await mine.save(0, 5n, png('mine')),
      await mine.save(1, 6n, png('x')),
    ]
    expect(paths.map((path) => basename(path))).toEqual(['00001-5.png', '00002-5.png', '00003-6.png'])
    expect(await readFile(paths[0], 'utf8')).toBe('other')
  })
})

test('nothing unfinished stays', async () => {
  const folder = await openImageFolder(root)
  await folder.save(0, 1n, png('x'))
  folder.discardUnfinished()
  expect(await readdir(root)).toEqual(['00001-1.png'])
})

describe('a folder that was made for nothing', () => {
  test('is taken away again with those above it that were made', async () => {
    const folder = await openImageFolder(join(root, 'a/b/c'))
    await folder.removeIfUnused()
    expect(await readdir(root)).toEqual([])
  })

  test('stays when it holds something or was there before', async () => {
    const used = await openImageFolder(join(root, 'used'))
    await used.save(0, 1n, png('x'))
    await used.removeIfUnused()
    await (await openImageFolder(root)).removeIfUnused()
    expect(await readdir(root)).toEqual(['used'])
  })
})

describe('places that cannot be written', () => {
  test.each([
    ['a file', 'file', /not a folder/],
    ['below a file', 'file/below', /not a folder/],
    ['a name too long', 'x'.repeat(300), /too long/],
    ['a name too long in a new folder', `new/${'x'.repeat(300)}`, /too long/],
  ])('%s', async (_name, path, message) => {
    await writeFile(join(root, 'file'), '')
    const opening = openImageFolder(join(root, path))
    await expect(opening).rejects.toMatchObject({ code: 'output-not-writable' })
    await expect(opening).rejects.toThrow(message)
    expect(await readdir(root)).toEqual(['file'])
  })

  test.skipIf(process.platform !== 'linux')('a file system that makes no folders', async () => {
    await expect(openImageFolder('/proc/reprise/out')).rejects.toMatchObject({ code: 'output-not-writable' })
  })

  test('a full disk and a used-up quota are told apart from the rest', () => {
    const failed = (code: string): unknown => outputError(Object.assign(new Error(code), { code }), '/out').code
    expect([failed('ENOSPC'), failed('EDQUOT'), failed('EROFS'), failed('EIO')]).toEqual([
      'disk-full',
      'disk-full',
      'output-not-writable',
      'disk-failed',
    ])
  })
})

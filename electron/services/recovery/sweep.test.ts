/** Whatever a kill leaves behind goes at the next start; whatever is somebody's stays. */
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/open-database.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { otherFiles } from '../doctor/data-folder.ts'
import { openImageFolder } from '../images/image-folder.ts'
import { ImageStore } from '../images/image-store.ts'
import { sampleMade } from '../images/testing/sample-made.ts'
import { checkDataFolder } from './check-data-folder.ts'

const UUID = '0f5e6f6e-6c53-4a4b-9b6a-3f1f6f1f1f1f'
/** No process has this number: Linux stops at 2^22. */
const NOBODY = 2 ** 30

let dataDir: string
let db: StudioDatabase
beforeEach(() => {
  dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
})
afterEach(cleanUp)

function put(name: string, { isOld = false } = {}): string {
  const path = join(dataDir, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'x')
  if (isOld) utimesSync(path, 1_000, 1_000)
  return path
}

const start = () => checkDataFolder({ db, dataDir })

describe('pictures of images that are gone for good', () => {
  test('go, those of the others stay', async () => {
    const { kept, difference } = db.transaction((write) => {
      const id = write.images.add(sampleImage())
      const differenceFileName = `differences/${UUID}.png`
      write.verdicts.add({
        imageId: id,
        createdAtMs: 1,
        outcome: 'different',
        pixelHash: 'ab'.repeat(32),
        differingPixels: 1,
        maxDifference: 1,
        meanDifference: 1,
        differenceFileName,
        durationMs: 1,
        message: null,
      })
      return { kept: id, difference: differenceFileName }
    })
    const stay = [`thumbnails/${kept}-256.webp`, difference, 'thumbnails/mine.txt', 'differences/mine.png']
    const go = [
      `thumbnails/${kept + 1}-256.webp`,
      `thumbnails/${kept + 1}-512.webp`,
      `differences/${UUID.replace('0', '1')}.png`,
    ]
    for (const name of [...stay, ...go]) put(name)
    await start()
    expect([...stay, ...go].filter((name) => existsSync(join(dataDir, name)))).toEqual(stay)
  })
})

describe('files that were being written', () => {
  const names = (writer: number): string[] => [
    `backups/reprise-1700000000000.sqlite.${writer}.tmp`,
    `backups/reprise-1700000000000.sqlite.${writer}.tmp-journal`,
    `.reprise-${writer}-${UUID}.tmp`,
  ]
  const nameless = [
    'backups/reprise-1700000000000.sqlite.tmp',
    'backups/reprise-1700000000000.sqlite.tmp-journal',
    'reprise.sqlite.restoring',
    'reprise.sqlite.tmp',
    'reprise.sqlite.tmp-journal',
    'moved-to.json.tmp',
    `serve-token.${UUID}.tmp`,
    `.reprise-${UUID}.tmp`,
  ]

  test('by a process that is gone, or long ago, go', async () => {
    const paths = [...names(NOBODY).map((name) => put(name)), ...nameless.map((name) => put(name, { isOld: true }))]
    await start()
    expect(paths.filter((path) => existsSync(path))).toEqual([])
  })

  test('by one that runs, or a moment ago, stay', async () => {
    const paths = [...names(process.pid), ...nameless].map((name) => put(name))
    await start()
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
  })

  test('into a folder of exports go with the next export to it', async () => {
    const out = temporaryFolder()
    const mine = join(out, `.reprise-${process.pid}-${UUID}.tmp`)
    for (const path of [join(out, `.reprise-${NOBODY}-${UUID}.tmp`), mine, join(out, '.hidden')])
      writeFileSync(path, 'x')
    await openImageFolder(out)
    expect(readdirSync(out).sort()).toEqual(['.hidden', mine.slice(out.length + 1)].sort())
  })
})

test('what no studio makes is left alone, and named by the check-up', async () => {
  const store = new ImageStore({ db, dataDir })
  await store.save(sampleMade(), { name: '1', dayMs: 0 })
  for (const name of ['backups/x', 'models/x', 'reprise.sqlite.damaged-1700000000000', 'downloads.lock', 'serve-token'])
    put(name)
  db.backup()
  await start()
  expect(otherFiles(dataDir)).toEqual([])
  put('holiday.jpg')
  put('notes/a.txt')
  await start()
  expect(existsSync(join(dataDir, 'holiday.jpg'))).toBe(true)
  expect(otherFiles(dataDir)).toMatchObject([
    { state: 'warning', message: expect.stringMatching(/^2 entries .*"holiday.jpg", "notes"/) as string },
  ])
})

describe('an owner whose data folder is no longer its own', () => {
  test.each([
    [
      'its lock file is deleted',
      () => {
        rmSync(join(dataDir, 'reprise.lock'))
      },
    ],
    [
      'another studio has begun there',
      () => {
        rmSync(join(dataDir, 'reprise.lock'))
        openDatabase(dataDir).close()
      },
    ],
  ])('writes nothing any more: %s', (_what, happens) => {
    db.transaction((write) => write.images.add(sampleImage()))
    happens()
    const busy = expect.objectContaining({ code: 'data-folder-busy' }) as Error
    expect(() => db.transaction((write) => write.images.add(sampleImage()))).toThrow(busy)
    expect(() => db.backup()).toThrow(busy)
    expect(db.read.history.count()).toBe(1)
  })

  test('a folder that was taken away is not made anew', async () => {
    const store = new ImageStore({ db, dataDir })
    const place = { name: '1', dayMs: 0 }
    await store.save(sampleMade(), place)
    rmSync(dataDir, { recursive: true })
    await expect(store.save(sampleMade(), place)).rejects.toMatchObject({ code: 'output-not-writable' })
    expect(existsSync(dataDir)).toBe(false)
  })
})

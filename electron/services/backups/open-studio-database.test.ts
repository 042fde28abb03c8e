import Database from 'better-sqlite3'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listBackups } from '../../db/backup.ts'
import { databasePaths } from '../../db/data-folder.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { ImageStore } from '../images/image-store.ts'
import { sampleMade } from '../images/testing/sample-made.ts'
import { openStudioDatabase } from './open-studio-database.ts'

let dataDir: string
let database: string
const opened: StudioDatabase[] = []
beforeEach(() => {
  dataDir = temporaryFolder()
  database = databasePaths(dataDir).database
})
afterEach(() => {
  for (const db of opened.splice(0)) db.close()
  cleanUp()
})

const open = async (): Promise<Awaited<ReturnType<typeof openStudioDatabase>>> => {
  const result = await openStudioDatabase(dataDir)
  opened.push(result.db)
  return result
}
const place = { name: '1-0000', dayMs: 0 }

/** An image with a mark, a backup, and an image made after that, which has a mark too. */
async function fillAndClose(): Promise<void> {
  const db = openTemporary({ dataDir })
  const store = new ImageStore({ db, dataDir })
  const mark = (id: number): void => {
    db.transaction((write) => {
      write.images.setRating(id, 5)
    })
  }
  mark((await store.save(sampleMade({ prompt: 'before' }), place)).id)
  // so that pages of its own belong to the table, not only the first few
  db.transaction((write) => {
    for (let index = 0; index < 500; index++) write.images.setTrashed(write.images.add(sampleImage()), 1)
  })
  db.backup()
  mark((await store.save(sampleMade({ prompt: 'after' }), place)).id)
  db.close()
}

const marks = (db: StudioDatabase): [string | undefined, number][] =>
  db.read.history.page({ sort: 'oldest' }).images.map(({ prompt, rating }) => [prompt, rating])

function damagePages(): void {
  const bytes = readFileSync(database)
  writeFileSync(database, bytes.fill(0x2a, 8 * 4096, 20 * 4096))
}

function alter(sql: string): void {
  const raw = new Database(database)
  raw.pragma('foreign_keys = OFF')
  raw.exec(sql)
  raw.close()
}

test('a new folder, and one in order, are opened without a word', async () => {
  const { db, notes } = await open()
  expect(notes).toEqual([])
  await new ImageStore({ db, dataDir }).save(sampleMade(), place)
  db.close()
  opened.pop()
  expect((await open()).notes).toEqual([])
})

describe('restores the latest backup, and brings back what was made since from its files', () => {
  test.each([
    ['pages overwritten', damagePages],
    [
      'a table missing',
      () => {
        alter('DROP TABLE verdicts')
      },
    ],
    [
      'an index missing',
      () => {
        alter('DROP INDEX images_by_time')
      },
    ],
    [
      'no database at all',
      () => {
        writeFileSync(database, 'rubbish'.repeat(999))
      },
    ],
    [
      'cut short',
      () => {
        writeFileSync(database, readFileSync(database).subarray(0, 50_000))
      },
    ],
  ])('%s', async (_name, damage) => {
    await fillAndClose()
    const [backup] = listBackups(databasePaths(dataDir).backups)
    damage()
    const damaged = readFileSync(database)
    const { db, notes } = await open()
    db.checkIntegrity()
    // what was made later has its image, not its mark
    expect(marks(db)).toEqual([
      ['before', 5],
      ['after', 0],
    ])
    const aside = readdirSync(dataDir).find((name) => name.includes('.damaged-') && !name.endsWith('-wal'))!
    expect(readFileSync(join(dataDir, aside)).equals(damaged)).toBe(true)
    expect(notes[0]).toContain(`The database was damaged, and is kept as "${aside}"`)
    expect(notes[0]).toContain(new Date(backup.madeAtMs).toISOString())
    expect(notes[0]).toContain('is lost')
    expect(notes.join('\n')).toContain('1 image put back into the history from files')
  })

  test('the database gone', async () => {
    await fillAndClose()
    rmSync(database)
    const { db, notes } = await open()
    expect(marks(db)).toEqual([
      ['before', 5],
      ['after', 0],
    ])
    expect(notes[0]).toContain('The database was gone. Its backup of ')
  })

  test('the database empty', async () => {
    await fillAndClose()
    writeFileSync(database, '')
    expect(() => openTemporary({ dataDir, role: 'guest' })).toThrow(/gone or empty, and there are backups/)
    const { db, notes } = await open()
    expect(marks(db)).toEqual([
      ['before', 5],
      ['after', 0],
    ])
    expect(notes[0]).toContain('The database was empty, and is kept as ')
  })

  test('the database gone, whatever commands come first', async () => {
    await fillAndClose()
    rmSync(database)
    expect(() => openTemporary({ dataDir, role: 'guest' })).toThrow(/gone or empty, and there are backups of it: start/)
    expect(existsSync(database)).toBe(false)
    expect(marks((await open()).db)).toHaveLength(2)
    expect(openTemporary({ dataDir, role: 'guest' }).read.history.count()).toBe(2)
  })

  test('after a crash in the middle of restoring', async () => {
    await fillAndClose()
    renameSync(database, `${database}.damaged-1`)
    writeFileSync(`${database}.restoring`, 'half')
    expect(marks((await open()).db)).toHaveLength(2)
  })
})

test('a backup that is damaged itself is passed over', async () => {
  await fillAndClose()
  const db = openTemporary({ dataDir })
  const newer = db.backup()
  db.close()
  writeFileSync(newer, readFileSync(newer).fill(7, 4096))
  damagePages()
  expect(marks((await open()).db)).toEqual([
    ['before', 5],
    ['after', 0],
  ])
})

describe('without a whole backup', () => {
  test.each([
    [
      'none',
      () => {
        rmSync(databasePaths(dataDir).backups, { recursive: true })
      },
    ],
    [
      'a damaged one',
      () => {
        writeFileSync(listBackups(databasePaths(dataDir).backups)[0].path, 'rubbish')
      },
    ],
  ])('%s: it says so and touches nothing', async (_name, spoil) => {
    await fillAndClose()
    spoil()
    damagePages()
    const before = readFileSync(database)
    await expect(open()).rejects.toMatchObject({ code: 'database-corrupt' })
    await expect(open()).rejects.toThrow(/no whole backup.*Nothing was changed.*come back into the history/s)
    expect(readFileSync(database).equals(before)).toBe(true)
    expect(readdirSync(dataDir).filter((name) => /damaged|restoring/.test(name))).toEqual([])
    // what the message advises
    for (const name of ['reprise.sqlite', 'backups']) rmSync(join(dataDir, name), { recursive: true, force: true })
    expect(marks((await open()).db)).toEqual([
      ['before', 0],
      ['after', 0],
    ])
  })
})

test('other refusals pass: a folder in use, a newer database', async () => {
  await fillAndClose()
  const owner = openTemporary({ dataDir })
  await expect(open()).rejects.toMatchObject({ code: 'data-folder-busy' })
  owner.close()
  alter('PRAGMA user_version = 999')
  await expect(open()).rejects.toMatchObject({ code: 'database-newer' })
  expect(existsSync(database)).toBe(true)
})

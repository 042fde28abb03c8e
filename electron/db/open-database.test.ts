/** A data folder's database from its first opening to its repair. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '#shared/errors.ts'
import { listBackups } from './backup.ts'
import { databasePaths } from './data-folder.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { openDatabase } from './open-database.ts'
import { restoreLatestBackup } from './restore-backup.ts'
import { cleanUp, openTemporary, sampleForeign, sampleImage, temporaryFolder } from './testing/studio-folder.ts'

afterEach(cleanUp)

const error = (code: ErrorCode): Error => expect.objectContaining({ name: 'AppError', code }) as Error

/** Changes a closed database with plain SQL. */
function alter(dataDir: string, sql: string): void {
  const raw = new Database(databasePaths(dataDir).database)
  raw.exec(sql)
  raw.close()
}

describe('opening', () => {
  test('makes a database that keeps what was committed, in one file', () => {
    const dataDir = join(temporaryFolder(), 'not', 'there yet')
    const db = openTemporary({ dataDir })
    const id = db.transaction((write) => write.images.add(sampleImage({ prompt: 'kept' })))
    expect(readdirSync(dataDir)).toContain('reprise.sqlite-wal')
    db.close()
    expect(readdirSync(dataDir).filter((name) => name.startsWith('reprise.sqlite'))).toEqual(['reprise.sqlite'])
    expect(openTemporary({ dataDir }).read.images.get(id).prompt).toBe('kept')
  })

  test('turns on what the rest relies on', () => {
    const dataDir = temporaryFolder()
    const db = openTemporary({ dataDir })
    const raw = new Database(databasePaths(dataDir).database, { readonly: true })
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal')
    const tables = raw.prepare(`SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    const loose = (tables.all() as { name: string; strict: number }[]).filter(
      ({ name, strict }) => strict === 0 && !/^(sqlite_|image_search)/.test(name),
    )
    expect(loose).toEqual([])
    raw.close()
    // foreign keys: an image of an input that is not there
    expect(() => db.transaction((write) => write.images.add(sampleImage({ inputImageHash: 'f'.repeat(64) })))).toThrow(
      error('internal'),
    )
  })

  test('a database of a newer version is refused and not touched', () => {
    const dataDir = temporaryFolder()
    openTemporary({ dataDir }).close()
    alter(dataDir, `PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    const { database } = databasePaths(dataDir)
    const before = [readFileSync(database), readdirSync(dataDir)]
    expect(() => openDatabase(dataDir)).toThrow(error('database-newer'))
    expect([readFileSync(database), readdirSync(dataDir)]).toEqual(before)
  })

  test('so is one whose newer version is only in its log yet', () => {
    const dataDir = temporaryFolder()
    openTemporary({ dataDir }).close()
    const raw = new Database(databasePaths(dataDir).database)
    raw.pragma('journal_mode = WAL')
    raw.pragma(`user_version = ${MIGRATIONS.length + 1}`)
    expect(() => openDatabase(dataDir)).toThrow(error('database-newer'))
    raw.close()
  })

  test("another program's database is refused", () => {
    const dataDir = temporaryFolder()
    alter(dataDir, 'CREATE TABLE theirs (x)')
    expect(() => openDatabase(dataDir)).toThrow(error('database-corrupt'))
  })

  test.each(['a'.repeat(5000), 'SQLite format 3\0' + '\0'.repeat(5000)])('what is no database is refused', (bytes) => {
    const dataDir = temporaryFolder()
    writeFileSync(databasePaths(dataDir).database, bytes)
    expect(() => openDatabase(dataDir)).toThrow(error('database-corrupt'))
    // and the folder is free again
    expect(() => openDatabase(dataDir)).toThrow(error('database-corrupt'))
  })

  test('a folder that cannot be made says so', () => {
    const file = join(temporaryFolder(), 'a file')
    writeFileSync(file, '')
    expect(() => openDatabase(join(file, 'data'))).toThrow(error('output-not-writable'))
  })
})

describe('two on one data folder', () => {
  test('the second owner is told, until the first is gone', () => {
    const dataDir = temporaryFolder()
    const first = openTemporary({ dataDir })
    expect(() => openDatabase(dataDir)).toThrow(error('data-folder-busy'))
    expect(() => openDatabase(dataDir)).toThrow(new RegExp(`process ${process.pid}`))
    first.close()
    expect(() => openTemporary({ dataDir })).not.toThrow()
  })

  test('a guest reads and writes beside an owner', () => {
    const dataDir = temporaryFolder()
    const owner = openTemporary({ dataDir })
    const guest = openTemporary({ dataDir, role: 'guest' })
    const id = guest.transaction((write) => write.images.add(sampleImage()))
    expect(owner.read.images.get(id)).toEqual(guest.read.images.get(id))
  })

  test('a guest migrates only where nobody owns the folder', () => {
    const dataDir = temporaryFolder()
    const owner = openTemporary({ dataDir, migrations: MIGRATIONS.slice(0, 2) })
    expect(() => openDatabase(dataDir, { role: 'guest' })).toThrow(error('data-folder-busy'))
    owner.close()
    expect(openTemporary({ dataDir, role: 'guest' }).read.tags.list()).toEqual([])
  })

  test('a killed owner leaves no lock, and what it committed', async () => {
    const dataDir = temporaryFolder()
    const script = `
      import { openDatabase } from ${JSON.stringify(new URL('./open-database.ts', import.meta.url).href)}
      const db = openDatabase(${JSON.stringify(dataDir)})
      db.transaction((write) => write.settings.set('theme', 'dark', 1))
      process.stdout.write('ready')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(() => openDatabase(dataDir)).toThrow(new RegExp(`process ${child.pid ?? 0}`))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(openTemporary({ dataDir }).read.settings.get('theme')).toBe('dark')
  })
})

/** A closed database of an older version with an image in it, written as that version wrote it; gives its id. */
function oldDatabase(dataDir: string, version: number): number {
  openTemporary({ dataDir, migrations: MIGRATIONS.slice(0, version) }).close()
  const id = 1_700_000_000_000 * 1024
  const [origin, ours] = version < 6 ? ['', ''] : [', origin', ", 'reprise'"]
  alter(
    dataDir,
    `INSERT INTO prompts (id, digest, text) VALUES (1, zeroblob(32), 'of old'), (2, randomblob(32), '');
     INSERT INTO environments VALUES (1, 'aa', 'starter', 'float32', 'cpu', '0.1.0', '1.30.0');
     INSERT INTO images (id, kind, prompt_id, negative_prompt_id, seed, num_inference_steps, guidance_scale, width_px,
       height_px, scheduler, sigmas, environment_id, thread_count, duration_ms, pixel_hash, file_name, file_size_bytes,
       rating, trashed_at, is_trashed${origin})
     VALUES (${id}, 'text-to-image', 1, 2, '18446744073709551615', 20, 7.5, 64, 32, 'pndm', 'default', 1, 2, 1500,
       '${'c'.repeat(64)}', 'images/old.png', 1000, 4, NULL, 0${ours})`,
  )
  return id
}

describe('migrating', () => {
  test.each(MIGRATIONS.slice(1))('to version $version ($name) from the one before, with rows in it', ({ version }) => {
    const dataDir = temporaryFolder()
    const image = oldDatabase(dataDir, version - 1)
    openTemporary({ dataDir, migrations: MIGRATIONS.slice(0, version) }).close()
    // readers know the current version only
    const db = openTemporary({ dataDir })
    db.checkIntegrity()
    const filter = { text: 'old', seed: 2n ** 64n - 1n }
    const made = { prompt: 'of old', rating: 4, modelName: 'starter', fileName: 'images/old.png', origin: 'reprise' }
    expect(db.read.history.page({ filter }).images).toEqual([expect.objectContaining({ id: image, ...made })])
    const backup = listBackups(databasePaths(dataDir).backups).at(-1)!
    const raw = new Database(backup.path, { readonly: true })
    expect(raw.pragma('user_version', { simple: true })).toBe(version - 1)
    expect(raw.prepare('SELECT count(*) AS count FROM images').get()).toEqual({ count: 1 })
    raw.close()
  })

  test('what refers to a table that is made anew stays, and so does the way from new rows to the search', () => {
    const dataDir = temporaryFolder()
    const image = oldDatabase(dataDir, 5)
    alter(
      dataDir,
      `INSERT INTO tags VALUES (1, 'kept');
       INSERT INTO image_tags VALUES (1, ${image});
       INSERT INTO collections VALUES (1, 'best', 1);
       INSERT INTO collection_images VALUES (1, ${image});
       INSERT INTO verdicts (image_id, created_at, outcome, environment_id, duration_ms)
         VALUES (${image}, 1, 'bit-exact', 1, 5);
       INSERT INTO jobs (kind, request, state, position, created_at) VALUES ('text-to-image', '{}', 'done', 1, 1);
       INSERT INTO job_items (job_id, item_index, position, state, prompt_id, negative_prompt_id, seed, image_id)
         VALUES (1, 0, 1, 'done', 1, 2, '00000000000000000007', ${image})`,
    )
    const db = openTemporary({ dataDir })
    expect(db.read.tags.ofImage(image)).toMatchObject([{ name: 'kept' }])
    expect(db.read.collections.ofImage(image)).toMatchObject([{ name: 'best' }])
    expect(db.read.verdicts.ofImage(image)).toMatchObject([{ outcome: 'bit-exact' }])
    expect(db.read.jobItems.ofJob(1, 1)).toMatchObject([{ imageId: image }])
    const added = db.transaction((write) => {
      write.images.addForeign(sampleForeign({ prompt: 'a boat of old' }))
      return write.images.add(sampleImage({ prompt: 'new, not old' }))
    })
    expect(db.read.history.count({ text: 'old' })).toBe(3)
    db.transaction((write) => {
      write.images.remove(image)
      write.images.remove(added)
    })
    expect(db.read.history.page({ filter: { text: 'old' } }).images).toMatchObject([{ origin: 'comfyui' }])
    db.checkIntegrity()
    const raw = new Database(databasePaths(dataDir).database, { readonly: true })
    expect(raw.prepare('SELECT count(*) AS count FROM image_tags').get()).toEqual({ count: 0 })
    expect(raw.prepare('SELECT image_id FROM job_items').get()).toEqual({ image_id: null })
    raw.close()
  })

  test('what a migration takes a reference from is not left behind', () => {
    const dataDir = temporaryFolder()
    oldDatabase(dataDir, MIGRATIONS.length - 1)
    const careless = { version: MIGRATIONS.length + 1, name: 'careless', sql: 'DELETE FROM prompts' }
    expect(() => openDatabase(dataDir, { migrations: [...MIGRATIONS, careless] })).toThrow(error('database-corrupt'))
    expect(openTemporary({ dataDir }).read.history.count({ text: 'old' })).toBe(1)
  })

  test('only what was not made here may lack settings', () => {
    const dataDir = temporaryFolder()
    openTemporary({ dataDir }).close()
    const columns = (origin: string): string =>
      `INSERT INTO images (id, origin, width_px, height_px, pixel_hash, file_name, file_size_bytes)
       VALUES (1, '${origin}', 1, 1, '${'a'.repeat(64)}', 'images/1.png', 1)`
    expect(() => {
      alter(dataDir, columns('reprise'))
    }).toThrow('CHECK constraint failed')
    alter(dataDir, columns('unknown'))
    expect(openTemporary({ dataDir }).read.images.get(1)).toEqual({
      id: 1,
      origin: 'unknown',
      createdAtMs: 0,
      widthPx: 1,
      heightPx: 1,
      pixelHash: 'a'.repeat(64),
      fileName: 'images/1.png',
      fileSizeBytes: 1,
      favourite: false,
      rating: 0,
      isMissing: false,
    })
  })

  test('the list counts from 1 without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })

  test('what fails in between leaves the old version as it was', () => {
    const dataDir = temporaryFolder()
    openTemporary({ dataDir }).close()
    const broken = { version: MIGRATIONS.length + 1, name: 'broken', sql: 'CREATE TABLE half (x); SELECT nonsense' }
    expect(() => openDatabase(dataDir, { migrations: [...MIGRATIONS, broken] })).toThrow(error('internal'))
    const db = openTemporary({ dataDir })
    db.checkIntegrity()
    expect(() => {
      alter(dataDir, 'SELECT * FROM half')
    }).toThrow('no such table')
  })

  test('a damaged database is not migrated', () => {
    const dataDir = temporaryFolder()
    oldDatabase(dataDir, 2)
    alter(dataDir, 'PRAGMA foreign_keys = OFF; DELETE FROM prompts')
    expect(() => openDatabase(dataDir)).toThrow(error('database-corrupt'))
    expect(listBackups(databasePaths(dataDir).backups)).toEqual([])
  })
})

describe('backups', () => {
  test('the latest whole one is put in the place of a damaged database', () => {
    const dataDir = temporaryFolder()
    const { database, backups } = databasePaths(dataDir)
    const db = openTemporary({ dataDir })
    db.transaction((write) => {
      write.settings.set('theme', 'dark', 1)
    })
    const whole = db.backup()
    const newer = db.backup()
    expect(listBackups(backups).map(({ path }) => path)).toEqual([newer, whole])
    expect(() => restoreLatestBackup(dataDir)).toThrow(error('data-folder-busy'))
    db.close()
    writeFileSync(newer, readFileSync(newer).fill(7, 4096))
    writeFileSync(database, 'rubbish'.repeat(1000))
    expect(() => openDatabase(dataDir)).toThrow(error('database-corrupt'))

    const restored = restoreLatestBackup(dataDir, 5)
    expect(restored).toMatchObject({ backupPath: whole, damagedPath: `${database}.damaged-5` })
    expect(readFileSync(`${database}.damaged-5`, 'utf8')).toContain('rubbish')
    expect(openTemporary({ dataDir }).read.settings.get('theme')).toBe('dark')
  })

  test('without one there is nothing to restore, and the damaged one stays', () => {
    const dataDir = temporaryFolder()
    writeFileSync(databasePaths(dataDir).database, 'rubbish')
    expect(() => restoreLatestBackup(dataDir)).toThrow(error('database-corrupt'))
    expect(readFileSync(databasePaths(dataDir).database, 'utf8')).toBe('rubbish')
  })

  test('five are kept, whatever the clock says', () => {
    const db = openTemporary()
    const paths = Array.from({ length: 7 }, () => db.backup())
    const dir = join(paths[0], '..')
    expect(listBackups(dir).map(({ path }) => path)).toEqual(paths.slice(2).reverse())
    expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('after an end that was not clean', () => {
  test('pages are checked before anything is read', () => {
    const dataDir = temporaryFolder()
    const { database } = databasePaths(dataDir)
    const db = openTemporary({ dataDir })
    db.transaction((write) => {
      for (let n = 0; n < 1000; n++) write.images.add(sampleImage({ prompt: `prompt ${n}` }))
    })
    db.close()
    const bytes = readFileSync(database)
    // all but the first pages, which hold the schema
    writeFileSync(database, bytes.fill(0xff, Math.floor(bytes.length / 2)))
    const raw = new Database(database)
    raw.exec('CREATE TABLE IF NOT EXISTS x (y)')
    const log = readFileSync(`${database}-wal`)
    raw.close()
    writeFileSync(`${database}-wal`, log)
    expect(() => openDatabase(dataDir)).toThrow(error('database-corrupt'))
  })
})

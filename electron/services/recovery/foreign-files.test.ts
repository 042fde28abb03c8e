/** Whatever lies under the names of a data folder: it is opened, made anew, or named in a clear error; nothing hangs. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import { lockDataFolder } from '../../db/data-folder-lock.ts'
import { openDatabase } from '../../db/open-database.ts'
import { cleanUp, sampleImage, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { checkDataFolder } from './check-data-folder.ts'

afterEach(cleanUp)

const KINDS: Record<string, (path: string) => void> = {
  'a pipe': (path) => {
    execFileSync('mkfifo', [path])
  },
  'a folder': (path) => {
    mkdirSync(path)
  },
  'a link to nothing': (path) => {
    symlinkSync(join(dirname(path), 'nowhere', 'at-all'), path)
  },
}
const FILE: Record<string, (path: string) => void> = {
  'a file': (path) => {
    writeFileSync(path, 'not a folder')
  },
}

/** Opens it as a studio does, up to where images are made. */
async function start(dataDir: string): Promise<void> {
  const db = openDatabase(dataDir)
  try {
    await checkDataFolder({ db, dataDir })
  } finally {
    db.close()
  }
}

function seeded(): string {
  const dataDir = temporaryFolder()
  const db = openDatabase(dataDir)
  db.transaction((write) => write.images.add(sampleImage()))
  db.close()
  return dataDir
}

const WRONG = [
  ...['reprise.sqlite', 'reprise.sqlite-wal', 'reprise.lock'].flatMap((name) =>
    Object.keys(KINDS).map((kind) => [name, kind] as const),
  ),
  ...['images', 'inputs', 'differences', 'thumbnails', 'temporary', 'backups'].flatMap((name) =>
    ['a file', 'a pipe', 'a link to nothing'].map((kind) => [name, kind] as const),
  ),
]

describe.skipIf(process.platform === 'win32')('in the place of', () => {
  test.each(WRONG)('%s: %s', async (name, kind) => {
    const dataDir = seeded()
    const path = join(dataDir, name)
    rmSync(path, { recursive: true, force: true })
    const make = { ...KINDS, ...FILE }[kind]
    make(path)
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'output-not-writable' satisfies ErrorCode,
      message: expect.stringMatching(new RegExp(`${name}.* ${kind}.*move it away`)) as string,
    })
    rmSync(path, { recursive: true })
    if (name !== 'reprise.sqlite') await start(dataDir)
  })

  test('a pipe as the name of the holder is not waited for', () => {
    const dataDir = seeded()
    rmSync(join(dataDir, 'reprise.lock.pid'))
    execFileSync('mkfifo', [join(dataDir, 'reprise.lock.pid')])
    const db = openDatabase(dataDir)
    expect(() => openDatabase(dataDir)).toThrow(expect.objectContaining({ code: 'data-folder-busy' }) as Error)
    db.close()
  })

  test.skipIf(process.getuid?.() === 0)('a read-only folder', async () => {
    const dataDir = seeded()
    chmodSync(dataDir, 0o500)
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'output-not-writable' })
    chmodSync(dataDir, 0o700)
  })
})

describe('a lock file', () => {
  test.each(['ten bytes !', 'x'.repeat(10_000), '\0', 'SQLite format 3\0 and no more'])(
    'of garbage (%.20s) is made anew',
    async (garbage) => {
      const dataDir = seeded()
      writeFileSync(join(dataDir, 'reprise.lock'), garbage)
      await start(dataDir)
      const db = openDatabase(dataDir, { role: 'guest' })
      expect(db.read.history.count()).toBe(1)
      db.close()
    },
  )

  test('that is held is never taken, whatever is written into it', () => {
    const path = join(temporaryFolder(), 'reprise.lock')
    const held = lockDataFolder(path)
    writeFileSync(path, 'garbage in it')
    expect(() => lockDataFolder(path)).toThrow(expect.objectContaining({ code: 'data-folder-busy' }) as Error)
    expect(readFileSync(path, 'utf8')).toBe('garbage in it')
    held.release()
    lockDataFolder(path).release()
    expect(existsSync(path)).toBe(true)
  })

  test('that cannot be written is never called a damaged database', () => {
    const dataDir = temporaryFolder()
    try {
      lockDataFolder(join(dataDir, 'no', 'such', 'folder', 'reprise.lock'))
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
      expect(error).toMatchObject({
        code: 'output-not-writable',
        message: expect.stringMatching(/^the lock file/) as string,
      })
    }
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '#shared/errors.ts'
import { lockDataFolder } from '../../db/data-folder-lock.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { openDatabase } from '../../db/open-database.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { dataFolderUse } from './data-folder-use.ts'
import { moveDataFolder, type MoveProgress } from './move-data-folder.ts'
import { refuseFull } from './move-target.ts'
import { resolveDataDir } from './moved-note.ts'
import { checkWhole, fillDataFolder } from './testing/full-data-folder.ts'

const error = (code: ErrorCode): Error => expect.objectContaining({ name: 'AppError', code }) as Error
const PICTURE = 'images/2026-11-21/1-0000-7.png'
const noLinks = (): Promise<void> => Promise.reject(new Error('no links here'))

let from: string
let to: string
let dir: string
beforeEach(() => {
  dir = temporaryFolder()
  from = join(dir, 'old')
  to = join(dir, 'new', 'place')
  fillDataFolder(from)
})
afterEach(cleanUp)

describe('moving a data folder', () => {
  test('takes everything along, and leaves a note', async () => {
    const { ino } = statSync(join(from, PICTURE))
    const stages: MoveProgress[] = []
    const result = await moveDataFolder({ from, to, onProgress: (progress) => stages.push(progress) })
    expect(result).toEqual({
      from,
      to,
      linkedCount: 4,
      copiedCount: 0,
      sizeBytes: expect.any(Number) as number,
      left: [],
    })
    expect(readdirSync(from)).toEqual(['moved-to.json'])
    expect(resolveDataDir(from)).toBe(to)
    checkWhole(to)
    expect(statSync(join(to, PICTURE)).ino).toBe(ino)
    expect(readdirSync(to).sort()).toEqual([
      'backups',
      'images',
      'inputs',
      'reprise.lock',
      'reprise.lock.pid',
      'reprise.sqlite',
    ])
    expect(stages.at(-1)).toMatchObject({ stage: 'removing' })
    expect(stages.filter(({ stage }) => stage === 'files').map(({ done, total }) => [done, total])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ])
  })

  test('copies where nothing can be linked, with times', async () => {
    const { mtimeMs, ino } = statSync(join(from, PICTURE))
    expect(await moveDataFolder({ from, to, linkFile: noLinks })).toMatchObject({ linkedCount: 0, copiedCount: 4 })
    checkWhole(to)
    expect(readdirSync(from)).toEqual(['moved-to.json'])
    expect(statSync(join(to, PICTURE)).ino).not.toBe(ino)
    expect(statSync(join(to, PICTURE)).mtimeMs).toBeCloseTo(mtimeMs, -1)
  })

  test.runIf(existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync('/tmp').dev)(
    'goes to another disk',
    async () => {
      const other = `/dev/shm/reprise-test-${process.pid}`
      try {
        expect(await moveDataFolder({ from, to: other })).toMatchObject({ linkedCount: 0, copiedCount: 4 })
        checkWhole(other)
      } finally {
        rmSync(other, { recursive: true, force: true })
      }
    },
  )

  test('goes on, and back again', async () => {
    const third = join(dir, 'third')
    mkdirSync(third)
    await moveDataFolder({ from, to })
    await moveDataFolder({ from: to, to: third })
    expect(resolveDataDir(from)).toBe(third)
    await moveDataFolder({ from: third, to: from })
    for (const place of [from, to, third]) expect(resolveDataDir(place)).toBe(from)
    checkWhole(from)
    await moveDataFolder({ from, to: third })
    for (const place of [from, to, third]) expect(resolveDataDir(place)).toBe(third)
    checkWhole(third)
  })

  test('takes links along, to where they lead', async () => {
    const elsewhere = join(dir, 'big disk')
    renameSync(join(from, 'images'), elsewhere)
    symlinkSync('../big disk', join(from, 'images'))
    symlinkSync('inputs', join(from, 'same inputs'))
    await moveDataFolder({ from, to })
    checkWhole(to)
    expect(readlinkSync(join(to, 'same inputs'))).toBe(join(to, 'inputs'))
    expect(readdirSync(from)).toEqual(['moved-to.json'])
    expect(readdirSync(elsewhere)).toHaveLength(2)
  })

  test('is refused while anybody has it open, and leaves nothing in the new place', async () => {
    for (const role of ['owner', 'guest'] as const) {
      const db = openDatabase(from, { role })
      await expect(moveDataFolder({ from, to })).rejects.toThrow(error('data-folder-busy'))
      db.close()
    }
    expect(existsSync(to)).toBe(false)
    checkWhole(from)
  })

  test('leaves alone what somebody else begins in the new place', async () => {
    mkdirSync(to, { recursive: true })
    const theirs = openTemporary({ dataDir: to })
    await expect(moveDataFolder({ from, to })).rejects.toThrow(error('state-conflict'))
    theirs.close()
    checkWhole(from)
    rmSync(to, { recursive: true })
    mkdirSync(to)
    const lock = lockDataFolder(databasePaths(to).lock)
    await expect(moveDataFolder({ from, to })).rejects.toThrow(error('data-folder-busy'))
    lock.release()
    expect(existsSync(databasePaths(to).lock)).toBe(true)
    checkWhole(from)
  })

  test('keeps everybody out meanwhile', async () => {
    const refused: unknown[] = []
    await moveDataFolder({
      from,
      to,
      onProgress: ({ stage, done }) => {
        if (stage !== 'database' || done !== 1) return
        for (const place of [from, to]) expect(() => openDatabase(place)).toThrow(error('data-folder-busy'))
        refused.push(stage)
      },
    })
    expect(refused).toHaveLength(1)
  })

  test('is cancelled without a trace', async () => {
    const controller = new AbortController()
    const onProgress = (): void => {
      controller.abort()
    }
    const { signal } = controller
    await expect(moveDataFolder({ from, to, onProgress, signal })).rejects.toThrow(error('cancelled'))
    expect(existsSync(to)).toBe(false)
    expect(resolveDataDir(from)).toBe(from)
    checkWhole(from)
  })

  test.each([
    ['into itself', () => join(from, 'inside'), 'invalid-argument'],
    ['to where it is', () => from, 'invalid-argument'],
    ['around itself', () => dir, 'invalid-argument'],
    ['below a file', () => join(from, 'reprise.sqlite', 'x'), 'invalid-argument'],
    ['onto a file', () => write(join(dir, 'a file')), 'output-not-writable'],
    ['to a folder with something in it', () => join(write(join(dir, 'full', 'a file')), '..'), 'state-conflict'],
  ] as const)('is refused %s', async (_, place, code) => {
    await expect(moveDataFolder({ from, to: place() })).rejects.toThrow(error(code))
    checkWhole(from)
  })

  test('is refused where there is too little room', () => {
    const sizes = { filesBytes: 0, databaseBytes: 1e18 }
    expect(() => {
      refuseFull(from, to, sizes)
    }).toThrow(error('disk-full'))
    const linked = { filesBytes: 1e18, databaseBytes: 0 }
    expect(() => {
      refuseFull(from, to, linked)
    }).not.toThrow()
  })

  test('of what is no data folder is refused', async () => {
    await expect(moveDataFolder({ from: join(dir, 'nothing'), to })).rejects.toThrow(error('not-found'))
  })

  test('a file that came late stays, and is named', async () => {
    const late = join(from, 'images', 'late.png')
    const onProgress = ({ stage, done }: MoveProgress): void => {
      if (stage === 'database' && done === 1) write(late)
    }
    expect(await moveDataFolder({ from, to, onProgress })).toMatchObject({
      left: ['images', join('images', 'late.png')],
    })
    expect(existsSync(late)).toBe(true)
    checkWhole(to)
  })
})

describe('the note', () => {
  test('to a place that is not there is no reason to begin anew', async () => {
    await moveDataFolder({ from, to })
    renameSync(to, `${to}-unplugged`)
    expect(() => resolveDataDir(from)).toThrow(error('not-found'))
  })

  test('that says nothing is named', () => {
    writeFileSync(join(from, 'moved-to.json'), '{"to": 1}')
    expect(() => resolveDataDir(from)).toThrow(error('not-found'))
  })

  test('a place without a note is itself', () => {
    expect(resolveDataDir(to)).toBe(to)
  })
})

describe('a crash leaves one whole folder, which is used, and the rest can be done', () => {
  test.each([
    ['after a file was linked', 'from', 'files', 1],
    ['after a file was copied', 'from', 'files', 2, 'without links'],
    ['before the database is copied', 'from', 'database', 0],
    ['when all is there and nothing decided', 'from', 'database', 1],
    ['when it is decided', 'to', 'removing', 0],
    ['when some of the old place is removed', 'to', 'removing', 3],
  ])('%s', async (_, expected, ...args) => {
    const url = new URL('./move-data-folder.ts', import.meta.url).href
    const script = `
      import { moveDataFolder } from ${JSON.stringify(url)}
      const [from, to, dieInStage, dieAt, ...withoutLinks] = process.argv.slice(1)
      await moveDataFolder({
        from,
        to,
        linkFile: withoutLinks.length > 0 ? () => Promise.reject(new Error('no links here')) : undefined,
        onProgress: ({ stage, done }) => {
          if (stage === dieInStage && done === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
        },
      })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, from, to, ...args.map(String)], {
      stdio: 'inherit',
    })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    const used = resolveDataDir(from)
    expect(used).toBe(expected === 'to' ? to : from)
    checkWhole(used)
    expect(await moveDataFolder({ from, to })).toMatchObject({ left: [] })
    checkWhole(to)
    expect([resolveDataDir(from), readdirSync(from)]).toEqual([to, ['moved-to.json']])
    expect(readdirSync(to)).not.toContain('move-unfinished')
  })
})

test('what a data folder holds, by kind', async () => {
  const { kinds, freeBytes } = await dataFolderUse(from)
  expect(kinds.images).toEqual({ fileCount: 2, sizeBytes: 60 })
  expect(kinds.inputs).toEqual({ fileCount: 1, sizeBytes: 8 })
  expect(kinds.thumbnails).toEqual({ fileCount: 1, sizeBytes: 9 })
  expect(kinds.database.sizeBytes).toBe(statSync(join(from, 'reprise.sqlite')).size)
  expect(kinds.backups.sizeBytes).toBe(statSync(join(from, 'backups', readdirSync(join(from, 'backups'))[0])).size)
  expect(kinds.other.fileCount).toBe(3)
  expect(freeBytes).toBeGreaterThan(0)
})

test('a damaged database is not moved', async () => {
  const bytes = readFileSync(join(from, 'reprise.sqlite'))
  bytes.fill(0xff, 4096, 8192)
  writeFileSync(join(from, 'reprise.sqlite'), bytes)
  await expect(moveDataFolder({ from, to })).rejects.toThrow(error('database-corrupt'))
  expect(existsSync(to)).toBe(false)
})

function write(path: string): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, 'something')
  return path
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { watchOthers } from './watch-others.ts'

const unreadable = new AppError('database-corrupt', 'it cannot be read')
let db: StudioDatabase
let commit: () => void
let told: string[]
let failure: AppError | undefined
let stop: () => void
beforeEach(() => {
  vi.useFakeTimers()
  const dataDir = temporaryFolder()
  db = openTemporary({ dataDir })
  const guest = openTemporary({ dataDir, role: 'guest' })
  commit = () => {
    guest.transaction((write) => {
      write.settings.set('a', Math.random(), 1)
    })
  }
  told = []
  failure = undefined
  stop = watchOthers({
    db,
    onChange: () => {
      if (failure !== undefined) throw failure
      told.push('changed')
    },
    onProblem: ({ code }) => told.push(code),
  })
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  cleanUp()
})

const looks = (count: number): void => {
  vi.advanceTimersByTime(count * 500)
}

test('a commit of another process is told once, until it is ended', () => {
  looks(2)
  commit()
  commit()
  looks(3)
  expect(told).toEqual(['changed'])
  stop()
  commit()
  looks(3)
  expect(told).toEqual(['changed'])
})

test('what could not be taken in is not lost, and the reason is told once', () => {
  failure = unreadable
  commit()
  looks(4)
  failure = undefined
  looks(2)
  expect(told).toEqual(['database-corrupt', 'changed'])
})

test('a database that cannot be read at all is told once, and again after it could be', () => {
  const changed = vi.spyOn(db, 'changedByOthers').mockImplementation(() => {
    throw unreadable
  })
  looks(5)
  changed.mockRestore()
  looks(1)
  expect(told).toEqual(['database-corrupt'])
  failure = unreadable
  commit()
  looks(2)
  expect(told).toEqual(['database-corrupt', 'database-corrupt'])
})

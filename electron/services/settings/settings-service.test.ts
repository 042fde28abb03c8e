import { afterEach, expect, test } from 'vitest'
import { SettingsSchema } from '#shared/contract/settings.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { SettingsService } from './settings-service.ts'

afterEach(cleanUp)

const DEFAULTS = SettingsSchema.parse({})

function open(dataDir = temporaryFolder(), role: 'owner' | 'guest' = 'owner') {
  const db = openTemporary({ dataDir, role })
  const bus = new EventBus()
  const told: unknown[] = []
  bus.listen(({ name, payload }) => told.push([name, payload]))
  return { db, dataDir, told, settings: new SettingsService({ db, bus }) }
}

test('defaults, changes and resets, each told once', () => {
  const { db, settings, told } = open()
  expect(settings.get()).toEqual(DEFAULTS)
  const changed = { ...DEFAULTS, threads: 2, previews: false }
  expect(settings.update({ threads: 2, previews: false, imagesAtOnce: undefined })).toEqual(changed)
  expect(settings.update({ threads: 2 })).toEqual(changed)
  expect(new SettingsService({ db, bus: new EventBus() }).get()).toEqual(changed)
  expect(settings.reset(['threads'])).toEqual({ ...DEFAULTS, previews: false })
  expect(told).toEqual([
    ['settings.changed', { settings: changed }],
    ['settings.changed', { settings: { ...DEFAULTS, previews: false } }],
  ])
})

test('null is a value, not a default', () => {
  const { settings } = open()
  settings.update({ defaultModelId: 3 })
  expect(settings.update({ defaultModelId: null }).defaultModelId).toBeNull()
})

test('a stored value that no longer fits falls back alone; rows of others stay', () => {
  const { db, settings } = open()
  settings.update({ threads: 2, imagesAtOnce: 8 })
  db.transaction((write) => {
    for (const key of Object.keys(db.read.settings.all())) {
      if (key.includes('imagesAtOnce')) write.settings.set(key, 'many', 1)
    }
    write.settings.set('threads', 7, 1)
    write.settings.set('queue.paused', true, 1)
  })
  expect(settings.refresh()).toEqual({ ...DEFAULTS, threads: 2 })
  settings.reset(['threads', 'imagesAtOnce'])
  expect(db.read.settings.all()).toEqual({ threads: 7, 'queue.paused': true })
})

test('what does not fit is refused whole', () => {
  const { settings } = open()
  const modelFolders = Array.from({ length: 101 }, (_, i) => `/models/${i}`)
  expect(() => settings.update({ threads: 2, modelFolders })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', data: { setting: 'modelFolders' } }) as Error,
  )
  expect(settings.get()).toEqual(DEFAULTS)
})

test('a change by another process is seen at a refresh, and told', () => {
  const owner = open()
  open(owner.dataDir, 'guest').settings.update({ engineIdleMinutes: 0 })
  expect(owner.settings.get()).toEqual(DEFAULTS)
  expect(owner.settings.refresh().engineIdleMinutes).toBe(0)
  expect(owner.told).toHaveLength(1)
})

test('what was given out can be changed without harm', () => {
  const { settings } = open()
  settings.get().modelFolders.push('/elsewhere')
  expect(settings.get().modelFolders).toEqual([])
})

import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { presetsContract, type PresetSettings } from '#shared/contract/presets.ts'
import { MAX_SEED } from '#shared/generation.ts'
import { databasePaths } from '../../db/data-folder.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { createPresetsHandlers } from './presets-handlers.ts'

afterEach(cleanUp)

function open() {
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const bus = new EventBus()
  const raw = (work: (sqlite: Database.Database) => unknown): unknown => {
    const sqlite = new Database(databasePaths(dataDir).database)
    try {
      return work(sqlite)
    } finally {
      sqlite.close()
    }
  }
  return { presets: createPresetsHandlers({ db, bus }), bus, raw }
}

const full: PresetSettings = {
  prompt: 'a red house',
  negativePrompt: '',
  seed: MAX_SEED,
  imagesPerPrompt: 4,
  modelHash: 'a'.repeat(64),
  numInferenceSteps: 20,
  guidanceScale: 7.5,
  widthPx: 512,
  heightPx: 768,
  scheduler: 'dpmpp_2m',
  sigmas: 'karras',
  strength: 0.8,
  resizeMode: 'crop',
}

test('every setting comes back as it was, a seed of 64 bits too', async () => {
  const { presets, bus, raw } = open()
  const made = await presets.create({ name: 'All', settings: full })
  expect(made.settings).toEqual(full)
  expect(await presets.list({})).toEqual([made])
  const stored = raw((sqlite) => sqlite.prepare('SELECT settings FROM presets').pluck().get()) as string
  expect(JSON.parse(stored)).toEqual({ ...full, seed: '18446744073709551615' })
  expect(presetsContract.list.output.encode(await presets.list({}))[0].settings.seed).toBe('18446744073709551615')

  const updated = await presets.update({ id: made.id, name: 'Some', settings: { seed: 0n } })
  expect(updated).toMatchObject({ id: made.id, name: 'Some', settings: { seed: 0n }, createdAtMs: made.createdAtMs })
  expect(() => presets.update({ id: made.id + 1, name: 'x', settings: {} })).toThrow(/there is no preset/)
  await presets.create({ name: 'Other', settings: {} })
  expect(() => presets.create({ name: 'some', settings: {} })).toThrow(/there is a preset named "some" already/)
  await presets.remove({ id: made.id })
  expect((await presets.list({})).map(({ name }) => name)).toEqual(['Other'])
  expect(bus.since(0)?.map(({ name }) => name)).toEqual(Array(4).fill('presets.changed'))
})

test('what is stored and fits no more is left out, field by field', async () => {
  const { presets, raw } = open()
  const { id } = await presets.create({ name: 'Old', settings: full })
  const settingsOf = async (stored: string) => {
    raw((sqlite) => sqlite.prepare('UPDATE presets SET settings = ?').run(stored))
    return (await presets.list({})).find((preset) => preset.id === id)?.settings
  }
  const odd = { ...full, seed: '18446744073709551616', scheduler: 'lms', widthPx: '512', loras: ['x'], strength: 2 }
  const fits = Object.fromEntries(
    Object.entries(full).filter(([name]) => !['seed', 'scheduler', 'widthPx', 'strength'].includes(name)),
  )
  expect(await settingsOf(JSON.stringify(odd))).toEqual(fits)
  for (const nothing of ['null', '[]', '7', '"text"']) expect(await settingsOf(nothing)).toEqual({})
})

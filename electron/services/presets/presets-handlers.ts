/** The presets area of the contract. */
import type { presetsContract } from '#shared/contract/presets.ts'
import type { Handlers } from '#shared/contract/procedure.ts'
import type { PresetRecord } from '../../db/presets-reader.ts'
import type { StudioDatabase, Writers } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'
import { presetSettingsFrom, storedPresetSettings } from './preset-settings.ts'

export function createPresetsHandlers({
  db,
  bus,
}: {
  db: StudioDatabase
  bus: EventBus
}): Handlers<typeof presetsContract> {
  const change = <T>(work: (write: Writers) => T): T => {
    const result = db.transaction(work)
    bus.emit('presets.changed', {})
    return result
  }
  const view = (preset: PresetRecord) => ({ ...preset, settings: presetSettingsFrom(preset.settings) })

  return {
    list: () => db.read.presets.list().map(view),
    create: ({ name, settings }) => {
      const id = change((write) => write.presets.create(name, storedPresetSettings(settings), Date.now()))
      return view(db.read.presets.get(id))
    },
    update: ({ id, name, settings }) => {
      change((write) => {
        write.presets.update(id, name, storedPresetSettings(settings), Date.now())
      })
      return view(db.read.presets.get(id))
    },
    remove: ({ id }) => {
      change((write) => {
        write.presets.remove(id)
      })
    },
  }
}

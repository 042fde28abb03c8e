/** Settings of the studio: what was set, over the defaults of shared/contract/settings.ts. One row a setting. */
import { isDeepStrictEqual } from 'node:util'
import { SettingsSchema, type SettingName, type Settings } from '#shared/contract/settings.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EventBus } from '../events/event-bus.ts'

/** Others keep rows in the same table under keys of their own. */
const KEY_PREFIX = 'setting.'
const NAMES = Object.keys(SettingsSchema.shape) as SettingName[]

export interface SettingsOptions {
  db: StudioDatabase
  bus: EventBus
}

export class SettingsService {
  readonly #db: StudioDatabase
  readonly #bus: EventBus
  #known: Settings

  constructor({ db, bus }: SettingsOptions) {
    this.#db = db
    this.#bus = bus
    this.#known = this.#stored()
  }

  get(): Settings {
    return structuredClone(this.#known)
  }

  /** What is not named, or undefined, stays. @throws {AppError} `invalid-argument`; nothing is changed then */
  update(changes: Partial<Settings>): Settings {
    const named = NAMES.filter((name) => changes[name] !== undefined)
    for (const name of named) {
      const { error } = SettingsSchema.shape[name].safeParse(changes[name])
      if (error === undefined) continue
      throw new AppError('invalid-argument', `the setting ${name} cannot have this value: ${error.issues[0].message}`, {
        data: { setting: name },
      })
    }
    this.#db.transaction((write) => {
      for (const name of named) write.settings.set(KEY_PREFIX + name, changes[name], Date.now())
    })
    return this.refresh()
  }

  /** Back to the defaults. */
  reset(names: readonly SettingName[]): Settings {
    this.#db.transaction((write) => {
      for (const name of names) write.settings.unset(KEY_PREFIX + name)
    })
    return this.refresh()
  }

  /** Reads them again, for when another process may have changed some; tells if one has. */
  refresh(): Settings {
    const stored = this.#stored()
    if (!isDeepStrictEqual(stored, this.#known)) {
      this.#known = stored
      this.#bus.emit('settings.changed', { settings: this.get() })
    }
    return this.get()
  }

  /** Setting by setting: one that no longer fits must not take the others with it. */
  #stored(): Settings {
    const rows = this.#db.read.settings.all()
    const fitting = NAMES.map((name) => [name, SettingsSchema.shape[name].safeParse(rows[KEY_PREFIX + name]).data])
    return SettingsSchema.parse(Object.fromEntries(fitting))
  }
}

/** The settings' part of the contract. */
import type { Handlers } from '#shared/contract/procedure.ts'
import type { settingsContract } from '#shared/contract/settings.ts'
import type { SettingsService } from './settings-service.ts'

export function createSettingsHandlers(settings: SettingsService): Handlers<typeof settingsContract> {
  return {
    get: () => settings.get(),
    update: ({ changes }) => settings.update(changes),
    reset: ({ names }) => settings.reset(names),
  }
}

/**
 * Where the settings of a dropped picture come from. The studio cannot read them out of files yet: without a reader a
 * picture is an input and nothing is asked.
 */
export interface CarriedSettings {
  /** What to do with them: fill the panels' forms. */
  apply(): void
}

/** @returns undefined if the picture carries none */
export type SettingsReader = (picture: File) => Promise<CarriedSettings | undefined>

export const settingsReader: SettingsReader | undefined = undefined

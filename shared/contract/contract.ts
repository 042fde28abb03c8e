/** All that a panel, a script or another program can ask of the studio, by area. */
import type { z } from 'zod'
import { downloadsContract } from './downloads.ts'
import { historyContract } from './history.ts'
import { inputsContract } from './inputs.ts'
import { jobsContract } from './jobs.ts'
import { metadataContract } from './metadata.ts'
import { modelFilesContract } from './model-files.ts'
import { modelsContract } from './models.ts'
import { collectionsContract, tagsContract } from './organize.ts'
import { presetsContract } from './presets.ts'
import type { Area, Handlers } from './procedure.ts'
import { reproduceContract } from './reproduce.ts'
import { settingsContract } from './settings.ts'
import { studioContract } from './studio.ts'

export const contract = {
  studio: studioContract,
  jobs: jobsContract,
  history: historyContract,
  tags: tagsContract,
  collections: collectionsContract,
  reproduce: reproduceContract,
  models: modelsContract,
  modelFiles: modelFilesContract,
  downloads: downloadsContract,
  inputs: inputsContract,
  metadata: metadataContract,
  presets: presetsContract,
  settings: settingsContract,
} as const satisfies Record<string, Area>

export type Contract = typeof contract
export type AreaName = keyof Contract

/** The service side. */
export type ContractHandlers = { [A in AreaName]: Handlers<Contract[A]> }

/** The client side, the same over every transport: `client.jobs.add({ items: [...] })`. */
export type ContractClient = ClientOf<Contract>

/** The client side of any areas. */
export type ClientOf<Areas extends Record<string, Area>> = {
  [A in keyof Areas]: {
    [P in keyof Areas[A]]: (input: z.input<InputOf<Areas[A][P]>>) => Promise<z.output<OutputOf<Areas[A][P]>>>
  }
}

type InputOf<P> = P extends { input: infer I extends z.ZodType } ? I : never
type OutputOf<P> = P extends { output: infer O extends z.ZodType } ? O : never

/** The models that jobs choose from: the starter model, and what is found in the folders of the settings. */
import { z } from 'zod'
import { Nothing, procedure } from './procedure.ts'
import { Id } from './values.ts'

export const ModelViewSchema = z.object({
  id: Id,
  name: z.string(),
  /** On this machine; never part of an image or an export. */
  path: z.string(),
  architecture: z.string(),
  /** As in an image's settings: sha256 over weights' headers and configs; empty while something is missing. */
  hash: z.string(),
  sizeBytes: z.int(),
  seenAtMs: z.int(),
  /** Why it cannot be used now; null if it can. */
  problem: z.string().nullable(),
  isDefault: z.boolean(),
})
export type ModelView = z.output<typeof ModelViewSchema>

export const modelsContract = {
  list: procedure(Nothing, z.array(ModelViewSchema)),
  /** Looks through all folders again. */
  scan: procedure(Nothing, z.array(ModelViewSchema)),
  /** A model's own folder, or one with several in it. @returns the models found in it */
  addFolder: procedure(z.strictObject({ path: z.string().min(1).max(4_096) }), z.array(ModelViewSchema)),
  /** Files stay; images keep name and hash of their model. */
  removeFolder: procedure(z.strictObject({ path: z.string().min(1).max(4_096) }), z.array(ModelViewSchema)),
}

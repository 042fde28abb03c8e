/**
 * Model files as other apps keep them (checkpoints, LoRA, VAE, …), found in the model folders of the settings.
 * `models.scan` looks for them too, and `models.changed` tells of changes.
 */
import { z } from 'zod'
import { procedure } from './procedure.ts'
import { Hash, Id } from './values.ts'

export const MODEL_FILE_KINDS = [
  /** UNet or transformer with VAE and text encoder in one file. */
  'checkpoint',
  /** The UNet or transformer alone. */
  'diffusion-model',
  'lora',
  'vae',
  'text-encoder',
  /** Textual inversion. */
  'embedding',
  'controlnet',
  'upscaler',
  /** A folder of ONNX files. */
  'onnx',
  'unknown',
] as const
export type ModelFileKind = (typeof MODEL_FILE_KINDS)[number]

/** `none`: a folder, which has no hash. `failed`: it could not be read. */
export const HASH_STATES = ['waiting', 'done', 'failed', 'none'] as const
export type HashState = (typeof HASH_STATES)[number]

/**
 * What comes of a file. `usable`: a job can take it, as a model of its own. `recognised`:
 * nothing is wrong with it, but its kind cannot be used yet. `faulty`: `problem` says why not this one.
 */
const MODEL_FILE_STATES = ['usable', 'recognised', 'faulty'] as const

export const ModelFileViewSchema = z.object({
  id: Id,
  name: z.string(),
  /** On this machine; never part of an image or an export. */
  path: z.string(),
  kind: z.enum(MODEL_FILE_KINDS),
  /** For people; 'unknown' if its header does not tell. */
  architecture: z.string(),
  sizeBytes: z.int(),
  modifiedAtMs: z.int(),
  seenAtMs: z.int(),
  state: z.enum(MODEL_FILE_STATES),
  /** Why it cannot be used; null if it can. */
  problem: z.string().nullable(),
  /** Of the whole file; null until it is known. */
  sha256: Hash.nullable(),
  /** What A1111 and Civitai write as the model's hash: the first ten digits of `sha256`. */
  autoV2: z.string().nullable(),
  hashState: z.enum(HASH_STATES),
})
export type ModelFileView = z.output<typeof ModelFileViewSchema>

export const modelFilesContract = {
  /** By name. */
  list: procedure(z.strictObject({ kind: z.enum(MODEL_FILE_KINDS).optional() }), z.array(ModelFileViewSchema)),
}

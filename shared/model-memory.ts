/**
 * What a model takes of memory, and how many images fit into it: the engine plans its batches with it, and the studio
 * shows the same numbers before anything runs. Where they come from: electron/engine/architectures/working-memory.ts.
 */
import { z } from 'zod'
import { MODEL_COMPONENTS } from './names.ts'

const Bytes = z.number().min(0)

/** What a model takes while it runs. */
const WorkingMemorySchema = z.object({
  /** Working memory of the UNet, for each pixel of the image and each row of its batch. */
  unetBytesPerPixel: Bytes,
  /** Working memory of the decoder, which runs image by image, for each pixel. */
  decoderBytesPerPixel: Bytes,
})
export type WorkingMemory = z.infer<typeof WorkingMemorySchema>

/** Of one model; all bytes. */
export const MemoryProfileSchema = z.object({
  /** Node, the runtime and its thread pools. */
  processBytes: Bytes,
  /** As they are kept while it runs, whatever they are stored as. */
  weightBytes: z.partialRecord(z.enum(MODEL_COMPONENTS), Bytes),
  ...WorkingMemorySchema.shape,
  /** The UNet's graph allows no other image beside one. */
  oneAtATime: z.boolean(),
})
export type MemoryProfile = z.infer<typeof MemoryProfileSchema>

export interface MemoryUse {
  readonly widthPx: number
  readonly heightPx: number
  /** Rows of the UNet's batch per image. */
  readonly rowsPerImage: number
}

/** Beyond this a batch is no faster on a CPU, and a person waits longer for the first image and for a cancel. */
const MAX_IMAGES_AT_ONCE = 4
/** What is used where nobody set a limit. */
export const SHARE_OF_FREE_MEMORY = 0.7

/** Guidance weighs what the prompt gives against what nothing gives: two rows. At 1 the second would count for nothing. */
export function rowsPerImage(guidanceScale: number): 1 | 2 {
  return guidanceScale > 1 ? 2 : 1
}

/** What is needed however many images are made. */
export function fixedBytes({ processBytes, weightBytes }: MemoryProfile): number {
  return Object.values(weightBytes).reduce((sum, bytes) => sum + bytes, processBytes)
}

/** Working memory at the widest moment of so many images together. */
export function workingBytes(profile: MemoryProfile, use: MemoryUse, imageCount: number): number {
  const pixels = use.widthPx * use.heightPx
  return Math.max(profile.decoderBytesPerPixel * pixels, unetBytesPerImage(profile, use) * imageCount)
}

/** @returns at least 1: whether one fits at all is another question */
export function imagesThatFit(profile: MemoryProfile, use: MemoryUse, budgetBytes: number): number {
  if (profile.oneAtATime) return 1
  const count = Math.floor((budgetBytes - fixedBytes(profile)) / unetBytesPerImage(profile, use))
  return Math.max(1, Math.min(MAX_IMAGES_AT_ONCE, count))
}

function unetBytesPerImage({ unetBytesPerPixel }: MemoryProfile, use: MemoryUse): number {
  return unetBytesPerPixel * use.widthPx * use.heightPx * use.rowsPerImage
}

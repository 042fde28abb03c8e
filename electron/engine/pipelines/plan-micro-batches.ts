/**
 * Cuts a list of images into micro-batches that fit in memory. The cut never shows in an image: see
 * docs/adr/0003-bit-equality.md.
 */
import { totalmem } from 'node:os'
import { availableMemory, constrainedMemory } from 'node:process'
import { AppError } from '#shared/errors.ts'
import type { UNetConfig } from '#engine/models/unet-config.ts'
import type { VaeConfig } from '#engine/models/vae-config.ts'

export interface PlannedItem {
  readonly widthPx: number
  readonly heightPx: number
}

export interface PlanOptions {
  /** What the engine may use in all, bytes; none: most of what is free. */
  readonly maxMemoryBytes: number | undefined
  /** Weights of all components as they are kept, bytes. */
  readonly weightBytes: number
  readonly unet: UNetConfig
  readonly vae: VaeConfig
  /** Rows of the UNet's batch per image: 2 with guidance. */
  readonly rowsPerImage: number
  /** The UNet's graph allows no other image beside one. */
  readonly oneAtATime: boolean
}

/** Beyond this a batch is no faster on a CPU, and a person waits longer for the first image and for a cancel. */
const MAX_IMAGES = 4
/** Node, the runtime and its thread pools, bytes. */
const PROCESS_BYTES = 200e6
const SHARE_OF_FREE_MEMORY = 0.7

/**
 * @returns item indices of each micro-batch, in order; all items of one have the same size
 * @throws {AppError} `memory-limit-too-small` if the limit given, or the machine, is below what one image needs
 */
export function planMicroBatches(items: readonly PlannedItem[], options: PlanOptions): number[][] {
  const batches: number[][] = []
  let current: number[] = []
  let capacity = 0
  items.forEach((item, index) => {
    const first = current.length > 0 ? items[current[0]] : undefined
    const fits = first?.widthPx === item.widthPx && first.heightPx === item.heightPx && current.length < capacity
    if (fits) {
      current.push(index)
      return
    }
    capacity = imagesThatFit(item, options)
    current = [index]
    batches.push(current)
  })
  return batches
}

function imagesThatFit(item: PlannedItem, options: PlanOptions): number {
  const { maxMemoryBytes, weightBytes } = options
  const budget = maxMemoryBytes ?? availableMemory() * SHARE_OF_FREE_MEMORY
  const fixed = PROCESS_BYTES + weightBytes
  const decoder = decoderBytes(item, options.vae)
  const perImage = unetBytesPerRow(item, options) * options.rowsPerImage
  const needed = fixed + Math.max(decoder, perImage)
  const limit = maxMemoryBytes ?? machineBytes()
  if (needed > limit) {
    const [what, remedy] =
      maxMemoryBytes === undefined
        ? ['this machine has', 'make the image smaller']
        : ['the limit is', 'raise --max-memory or make the image smaller']
    throw new AppError(
      'memory-limit-too-small',
      `one image of ${item.widthPx} × ${item.heightPx} needs about ${megabytes(needed)}, ${what} ${megabytes(limit)}; ${remedy}`,
      { data: { neededBytes: Math.round(needed), limitBytes: limit } },
    )
  }
  if (options.oneAtATime) return 1
  return Math.max(1, Math.min(MAX_IMAGES, Math.floor((budget - fixed) / perImage)))
}

/**
 * Activations of one row at the UNet's widest moment: every skip that waits for the way up, and the working set
 * of one transformer block at full size (its feed-forward is 2 × 4 times as wide as its input). Measured on SD 1.5:
 * 28–32 MB a row at 256 px, 112–122 MB at 512 px; this says 32 and 128.
 */
function unetBytesPerRow({ widthPx, heightPx }: PlannedItem, { unet, vae }: PlanOptions): number {
  const pixels = (widthPx / vae.scaleFactor) * (heightPx / vae.scaleFactor)
  const skips = unet.levels.reduce(
    (sum, level, i) => sum + (level.layers + 1) * level.channels * (pixels / 4 ** i),
    unet.levels[0].channels * pixels,
  )
  const working = 18 * unet.levels[0].channels * pixels
  return 4 * (skips + working)
}

/**
 * The decoder's last level at full size: input, two normalised copies and output of a resnet, and what the
 * runtime's arena adds. Measured on SD 1.5 at 512 px: 1050 MB, as this says.
 */
function decoderBytes({ widthPx, heightPx }: PlannedItem, vae: VaeConfig): number {
  const [finest, next = finest] = vae.blockOutChannels
  return 4 * widthPx * heightPx * Math.max(5.2 * finest, 2.6 * (finest + next))
}

/** All there is, or what the container is given of it. */
function machineBytes(): number {
  return Math.min(totalmem(), constrainedMemory() || Infinity)
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}

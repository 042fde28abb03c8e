/**
 * Cuts a list of images into micro-batches that fit in memory. The cut never shows in an image: see
 * docs/adr/0003-bit-equality.md.
 */
import { totalmem } from 'node:os'
import { availableMemory, constrainedMemory } from 'node:process'
import { AppError } from '#shared/errors.ts'
import {
  fixedBytes,
  imagesThatFit,
  SHARE_OF_FREE_MEMORY,
  workingBytes,
  type MemoryProfile,
} from '#shared/model-memory.ts'

export interface PlannedItem {
  readonly widthPx: number
  readonly heightPx: number
}

export interface PlanOptions {
  /** What the engine may use in all, bytes; none: most of what is free. */
  readonly maxMemoryBytes: number | undefined
  readonly memory: MemoryProfile
  /** Rows of the UNet's batch per image: 2 with guidance. */
  readonly rowsPerImage: number
}

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
    capacity = capacityFor(item, options)
    current = [index]
    batches.push(current)
  })
  return batches
}

function capacityFor(item: PlannedItem, { maxMemoryBytes, memory, rowsPerImage }: PlanOptions): number {
  const use = { widthPx: item.widthPx, heightPx: item.heightPx, rowsPerImage }
  const needed = fixedBytes(memory) + workingBytes(memory, use, 1)
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
  return imagesThatFit(memory, use, maxMemoryBytes ?? availableMemory() * SHARE_OF_FREE_MEMORY)
}

/** All there is, or what the container is given of it. */
function machineBytes(): number {
  return Math.min(totalmem(), constrainedMemory() || Infinity)
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}

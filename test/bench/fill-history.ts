/** A history of any length for benchmarks: rows that look like a person's, without their files. */
import { createHash } from 'node:crypto'
import { SCHEDULERS } from '#shared/names.ts'
import type { StudioDatabase } from '../../electron/db/studio-database.ts'

export const START_MS = Date.UTC(2024, 0, 1)
/** Between two images. */
export const GAP_MS = 631_001

const SUBJECTS = 'mountains house river castle forest harbour lighthouse garden street portrait dragon robot'.split(' ')
const STYLES = 'watercolour oil photograph sketch woodcut pastel engraving mosaic fresco charcoal'.split(' ')
const LIGHTS = 'sunset dawn noon moonlight fog storm candlelight overcast'.split(' ')

/** Numbers that look random and are the same in every run (a linear congruential generator). */
function numbers(): (below: number) => number {
  let state = 12_345
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** An image about every ten minutes from the beginning of 2024 on; the same ones in every run. */
export function fillHistory(db: StudioDatabase, rowCount: number): void {
  const below = numbers()
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]
  const collection = db.transaction((write) => write.collections.create('Best', START_MS))
  for (let from = 0; from < rowCount; from += 5000) {
    db.transaction((write) => {
      for (let index = from; index < Math.min(from + 5000, rowCount); index++) {
        const size = pick([512, 512, 512, 768])
        // the word "needle" is in 1 of 5000, "art" in all; every prompt has a number of its own in half of the cases
        const own = below(2) === 0 ? `, variant ${index}` : ''
        const needle = index % 5000 === 77 ? ' needle' : ''
        const id = write.images.add({
          kind: below(5) === 0 ? 'image-to-image' : 'text-to-image',
          prompt: `${pick(STYLES)} of a ${pick(SUBJECTS)} and a ${pick(SUBJECTS)} at ${pick(LIGHTS)}, fine art${own}${needle}`,
          negativePrompt: pick(['', 'blurry', 'blurry, low quality, text']),
          seed: BigInt(below(2 ** 32)) * BigInt(index % 7 === 0 ? 2 ** 31 : 1),
          numInferenceSteps: 20,
          guidanceScale: 7.5,
          widthPx: size,
          heightPx: 512,
          scheduler: pick(SCHEDULERS),
          sigmas: 'default',
          modelName: `model ${below(4)}`,
          modelHash: String(below(4)).repeat(64),
          precision: 'float32',
          provider: 'cpu',
          engineVersion: '0.1.0',
          runtimeVersion: '1.30.0',
          createdAtMs: START_MS + index * GAP_MS,
          pixelHash: createHash('sha256').update(String(index)).digest('hex'),
          fileName: historyFileName(index),
          fileSizeBytes: 400_000,
          threadCount: 8,
          durationMs: 4000,
        })
        if (below(20) === 0) write.images.setFavourite(id, true)
        if (below(4) === 0) write.images.setRating(id, 1 + below(5))
        if (below(10) === 0) write.tags.give(id, pick(['keep', 'print', 'later']))
        if (below(50) === 0) write.collections.addImages(collection, [id])
        if (below(100) === 0) write.images.setTrashed(id, START_MS)
      }
    })
  }
}

/** Where the file of an image would lie, below the data folder. @param index of the image, from 0 */
export function historyFileName(index: number): string {
  return `images/${String(index).padStart(8, '0')}.png`
}

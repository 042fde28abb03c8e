/** Seeds at random, each another: the same twice would be the same image twice. */
import { randomSeeds } from '#shared/batch.ts'

/** @returns those that are there, and as many more as are missing */
export function drawSeeds(there: readonly string[], count: number): readonly string[] {
  if (there.length >= count) return there
  const seeds = new Set(there)
  while (seeds.size < count) for (const seed of randomSeeds(count - seeds.size)) seeds.add(String(seed))
  return [...seeds]
}

import { expect, test } from 'vitest'
import { killRun } from './kill-run.ts'

test.skipIf(process.platform !== 'linux')(
  'killed at random moments, the queue loses nothing, doubles nothing, and makes the same images',
  async () => {
    const result = await killRun({ kills: 6, seed: 7 })
    expect(result.faults).toEqual([])
    expect(result.hostKills).toBeGreaterThan(0)
    // what the queue made after the last kill; a slow machine has nothing finished before
    expect(result.imageCount).toBeGreaterThanOrEqual(8)
  },
)

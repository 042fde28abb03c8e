import { expect, test } from 'vitest'
import { killRun } from './kill-run.ts'

test.skipIf(process.platform !== 'linux')(
  'killed at random moments, the queue loses nothing, doubles nothing, and makes the same images',
  async () => {
    const result = await killRun({ kills: 6, seed: 7 })
    expect(result.faults).toEqual([])
    expect(result.hostKills).toBeGreaterThan(0)
    expect(result.imageCount).toBeGreaterThan(8)
  },
)

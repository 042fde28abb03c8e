/**
 * Portable arithmetic: the hashes below hold on every machine. They were made on x64 with AVX-512; V8 with its vector
 * extensions switched off is the nearest to another processor that any machine can run.
 */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { PORTABLE_CASES, portableHashes } from './portable-hashes.ts'

const GOLDEN: Record<keyof typeof PORTABLE_CASES, string[]> = {
  starter: [
    '7eb3347d6e7ad162d0515c0010eb4ec2d5eb0c7d52cd91e5fc79a5788f43143d',
    'a0dea3dfd845e39c049669e3d29da40cd1c4f564735d3cceca7966d9e8a54acf',
  ],
  sd1: ['e6f53b7bf9abc5382946070499c70de9afe8f9617bd8f9c2c890f12417e41c2b'],
  sd2: ['f4111746ca1a178dcf41955ebe6cd79c2c126f6a5de1d572b6607a2fb897afad'],
  xl: ['ce4b9a463de913926cc7449e1e27cc2dc6c5020c2f012e514d76fe7b255def29'],
  distilled: ['c7ee126ca8f204bd9d28e1cd687561d54d7f55856633e97225d582a09b9f0cc9'],
  unconditional: ['4c97ff3d146cce8e032f7ed0c66f2cfcb3e97a48e1e8f319e7a3f43a622a9a75'],
}

const names = Object.keys(PORTABLE_CASES) as (keyof typeof PORTABLE_CASES)[]

it.each(names)('%s: the pixels of every machine', async (name) => {
  expect(await portableHashes(name)).toEqual(GOLDEN[name])
})

it('an image is the same alone, and with any number of threads asked for', async () => {
  const [, second] = await portableHashes('starter')
  expect(await portableHashes('starter', { only: 1, threads: 2 })).toEqual([second])
})

it('is what a processor without vector extensions computes', () => {
  const script = path.join(import.meta.dirname, 'portable-hashes.ts')
  for (const flags of [['--no-enable-avx', '--no-enable-avx2'], ['--liftoff-only']]) {
    const printed = execFileSync(process.execPath, [...flags, script, 'sd1', 'xl'], { encoding: 'utf8' })
    expect(JSON.parse(printed)).toEqual({ sd1: GOLDEN.sd1, xl: GOLDEN.xl })
  }
})

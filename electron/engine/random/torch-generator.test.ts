import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TorchCpuGenerator } from './torch-generator.ts'

// test/oracles/randn.py
const fixture = z
  .object({
    cases: z.array(
      z.object({
        seed: z.string(),
        calls: z.array(z.object({ count: z.number(), sha256: z.string(), first: z.string(), last: z.string() })),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../../test/fixtures/random/randn.json', import.meta.url), 'utf8')))

function floats(base64: string): number[] {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  return [...new Float32Array(bytes.buffer)]
}

describe('TorchCpuGenerator', () => {
  it.each(fixture.cases.map((one) => [one.seed, one.calls.map((call) => call.count).join(','), one] as const))(
    'gives the bits of torch.randn for seed %s, counts %s',
    (seed, _counts, one) => {
      const generator = new TorchCpuGenerator(BigInt(seed))
      for (const call of one.calls) {
        const values = generator.randn(call.count)
        expect(values.length).toBe(call.count)
        expect([...values.slice(0, 8)]).toEqual(floats(call.first))
        expect([...values.slice(Math.max(0, call.count - 8))]).toEqual(floats(call.last))
        expect(createHash('sha256').update(values).digest('hex')).toBe(call.sha256)
      }
    },
  )

  it('refuses seeds that torch refuses', () => {
    expect(() => new TorchCpuGenerator(-1n)).toThrow(expect.objectContaining({ code: 'seed-out-of-range' }))
    expect(() => new TorchCpuGenerator(2n ** 64n)).toThrow(expect.objectContaining({ code: 'seed-out-of-range' }))
  })

  it.each([-1, 1.5, Number.NaN, Infinity])('refuses a count of %s', (count) => {
    expect(() => new TorchCpuGenerator(0n).randn(count)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { AppError, ERROR_CODES, quoted, WireErrorSchema } from './errors.ts'

describe('docs/errors.md', () => {
  const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
  const sections = text.split(/^### /m).slice(1)
  const documented = new Map(sections.map((section) => [/^`([a-z-]+)`$/m.exec(section)?.[1], section]))

  test('has a heading for each code, and for no other, in the order of the code', () => {
    expect([...documented.keys()]).toEqual(Object.keys(ERROR_CODES))
  })

  test.each(Object.entries(ERROR_CODES))('%s says whether it is the request that is wrong', (code, { usage }) => {
    expect(documented.get(code)?.includes('_Usage._')).toBe(usage)
  })
})

test('an error crosses a border as a plain object and comes back', () => {
  const wire = new AppError('disk-full', 'the disk is full', {
    data: { savedCount: 2 },
    cause: new Error('x'),
  }).toWire()
  const back = AppError.fromWire(WireErrorSchema.parse(structuredClone(wire)))
  expect(back).toMatchObject({ code: 'disk-full', message: 'the disk is full', data: { savedCount: 2 } })
  expect([back.retryable, back.isUsage]).toEqual([true, false])
})

test('what was not foreseen is internal and keeps its cause', () => {
  const cause = new TypeError('x is undefined')
  expect(AppError.from(cause)).toMatchObject({ code: 'internal', cause })
  expect(AppError.from('a string').message).toContain('a string')
})

describe('quoted', () => {
  test('keeps what could repaint a terminal from it', () => {
    expect(quoted('a"\u001b[2J\u009b\u202e')).toBe('"a\\"\\u001b[2J\\u009b\\u202e"')
  })

  test('cuts what is long', () => {
    expect(quoted('x'.repeat(10_000)).length).toBeLessThan(130)
  })
})

describe('reporting never fails', () => {
  const throws = (): never => {
    throw new Error('thrown while reporting')
  }
  const deep: unknown[] = []
  let end = deep
  for (let depth = 0; depth < 100_000; depth++) end = end[0] = []
  const round: Record<string, unknown> = {}
  round.self = round
  const values: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a symbol', Symbol('x')],
    ['a bigint', 7n],
    ['NaN', NaN],
    ['toString that is no function', { toString: 1 }],
    ['toString that throws', { toString: throws, [Symbol.toPrimitive]: throws }],
    ['toJSON that throws', { toJSON: throws }],
    ['no prototype', Object.create(null)],
    ['round', round],
    ['very deep', deep],
    ['a bigint inside', { seed: 7n }],
    ['a function', throws],
    ['half a character', '\ud800'],
    ['a revoked proxy', revoked()],
  ]
  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }

  test.each(values)('%s', (_name, value) => {
    expect(quoted(value)).toMatch(/^".*"$/s)
    expect(quoted(value).length).toBeLessThan(1_000)
    expect(AppError.from(value).code).toBe('internal')
  })
})

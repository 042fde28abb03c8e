import { expect, test } from 'vitest'
import type { ContractHandlers } from '#shared/contract/contract.ts'
import { createRouter } from './router.ts'

const seen: unknown[] = []
const handlers = {
  presets: {
    list: () => [
      { id: 1, name: 'a', settings: { seed: 2n ** 64n - 1n }, createdAtMs: 1, updatedAtMs: 1, secret: '/home/me' },
    ],
    create: (input: unknown) => {
      seen.push(input)
      throw new TypeError('not foreseen')
    },
  },
  history: { get: () => ({ id: 'no number' }) },
} as unknown as Partial<ContractHandlers>
// areas that are not called need no handlers
const router = createRouter(
  new Proxy(handlers, { get: (given, area) => given[area as keyof ContractHandlers] ?? {} }) as ContractHandlers,
)

test('inputs are parsed, with seeds of 64 bits', async () => {
  const settings = { seed: '18446744073709551615' }
  await expect(router.call('presets.create', { name: ' mine ', settings })).rejects.toMatchObject({ code: 'internal' })
  expect(seen).toEqual([{ name: 'mine', settings: { seed: 2n ** 64n - 1n } }])
})

test('what a schema refuses does not reach the handler, and is named', async () => {
  seen.length = 0
  await expect(router.call('presets.create', { name: '', settings: { sed: 1 } })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(/"name".*"settings".*sed/) as string,
  })
  await expect(router.call('presets.create', undefined)).rejects.toMatchObject({ code: 'invalid-argument' })
  expect(seen).toEqual([])
})

test('outputs are in wire form, without what the contract does not name', async () => {
  expect(await router.call('presets.list', {})).toEqual([
    { id: 1, name: 'a', settings: { seed: '18446744073709551615' }, createdAtMs: 1, updatedAtMs: 1 },
  ])
})

test('an output that breaks the contract is a fault of ours', async () => {
  await expect(router.call('history.get', { id: 1 })).rejects.toMatchObject({ code: 'internal' })
})

test.each(['jobs.nothing', 'constructor.name', '__proto__.toString', 'jobs', ''])(
  '%s is not a procedure',
  async (name) => {
    await expect(router.call(name, {})).rejects.toMatchObject({ code: 'procedure-unknown' })
  },
)

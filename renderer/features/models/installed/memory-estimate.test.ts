import { expect, test } from 'vitest'
import type { ContractClient } from '#shared/contract/contract.ts'
import { AppError } from '#shared/errors.ts'
import { MemoryEstimate } from './memory-estimate.svelte.ts'

/** Answers come when the test lets them. */
function open() {
  const asked: PromiseWithResolvers<unknown>[] = []
  const memory = () => {
    const answer = Promise.withResolvers<unknown>()
    asked.push(answer)
    return answer.promise
  }
  return { client: { models: { memory } } as unknown as ContractClient, asked, estimate: new MemoryEstimate() }
}

test('the latest question counts, whichever answer comes last', async () => {
  const { client, asked, estimate } = open()
  const asks = [estimate.ask(client, { id: 1 }), estimate.ask(client, { id: 1, imageCount: 2 })]
  asked[1].resolve('second')
  asked[0].resolve('first')
  await Promise.all(asks)
  expect(estimate.value).toBe('second')
})

test('what was known stays when asking fails, and the reason goes with the next answer', async () => {
  const { client, asked, estimate } = open()
  const asks = [estimate.ask(client, {})]
  asked[0].resolve('known')
  await asks[0]
  asks.push(estimate.ask(client, {}))
  asked[1].reject(new AppError('connection-lost', 'gone'))
  await asks[1]
  expect([estimate.value, estimate.error?.code]).toEqual(['known', 'connection-lost'])
  asks.push(estimate.ask(client, {}))
  asked[2].resolve(null)
  await asks[2]
  expect([estimate.value, estimate.error]).toEqual([null, undefined])
})

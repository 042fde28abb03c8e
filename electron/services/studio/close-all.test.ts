import { expect, test } from 'vitest'
import { closeAll } from './close-all.ts'

test('the last is ended first, each waits for the one before, and a failure stops none', async () => {
  const ended: string[] = []
  const ends = [
    () => ended.push('database'),
    () => Promise.reject(new Error('engine')),
    async () => {
      await Promise.resolve()
      ended.push('queue')
    },
  ]
  await expect(closeAll(ends)).rejects.toThrow('engine')
  expect(ended).toEqual(['queue', 'database'])
  await closeAll(ends)
})

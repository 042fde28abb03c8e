/** The queue with a real engine process (which makes grey squares), the real store, and files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EngineSupervisor } from '../../supervisor/engine-supervisor.ts'
import { forkNodeChild } from '../../supervisor/node-child.ts'
import { ImageStore } from '../images/image-store.ts'
import { closeQueues, openQueue } from './testing/queue-fixture.ts'

const FAKE_CHILD = join(import.meta.dirname, '../../../test/fixtures/engine/fake-child.ts')
const supervisors: EngineSupervisor[] = []

afterEach(async () => {
  await closeQueues()
  for (const supervisor of supervisors.splice(0)) await supervisor.close()
})

function openReal() {
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const engine = new EngineSupervisor({
    startChild: () => forkNodeChild(FAKE_CHILD),
    backOff: { firstMs: 1, maxMs: 10 },
  })
  supervisors.push(engine)
  return openQueue({ dataDir, db, engine, store: new ImageStore({ db, dataDir }) })
}

test('an engine process that is killed in the middle costs no image', async () => {
  const queue = openReal()
  // this engine is killed at the second item of a request that begins with such a prompt
  const job = queue.add(['killed', 'b', 'c'])
  queue.runner.start()
  await queue.until(() => queue.jobs.get(job).state === 'done')
  const items = queue.items(job)
  expect(items.map(({ attempts, crashCount }) => [attempts, crashCount])).toEqual([
    [1, 0],
    [2, 1],
    [2, 1],
  ])
  const day = readdirSync(join(queue.dataDir, 'images'))[0]
  const names = readdirSync(join(queue.dataDir, 'images', day))
  expect(names.sort()).toEqual(items.map(({ seed, itemIndex }) => `${job}-000${itemIndex}-${seed}.png`))
  for (const { id, fileName } of queue.db.read.images.filesAfter(0, 10)) {
    expect(readFileSync(join(queue.dataDir, fileName)).includes('parameters'), `${id}`).toBe(true)
  }
})

test('a job that a person cancels stops between two steps, and the next begins', async () => {
  const queue = openReal()
  const [slow, next] = [queue.add(['slow', 'slow', 'slow']), queue.add(['x'])]
  queue.runner.start()
  await queue.until(() => queue.events.some(({ name }) => name === 'job.progress'))
  queue.jobs.cancel(slow)
  await queue.until(() => queue.jobs.get(next).state === 'done')
  expect(queue.jobs.get(slow)).toMatchObject({ state: 'cancelled', itemCounts: { cancelled: 3 } })
})

import { afterEach, expect, test } from 'vitest'
import type { StudioEvent } from '#shared/contract/events.ts'
import { reproduceContract } from '#shared/contract/reproduce.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { cleanUp, openTemporary, sampleForeign, sampleImage, sha256 } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { jobView } from '../jobs/job-views.ts'
import { createReproduceHandlers } from './reproduce-handlers.ts'

afterEach(cleanUp)

const failure = (code: string) => expect.objectContaining({ code }) as Error

function open({ impossible = [] as bigint[] } = {}) {
  const db = openTemporary()
  const bus = new EventBus()
  const events: StudioEvent[] = []
  bus.listen(({ name, payload }) => events.push({ name, payload } as StudioEvent))
  const request = (id: number): GenerationRequest => {
    const { kind, seed, prompt, negativePrompt, numInferenceSteps, widthPx, heightPx, scheduler } =
      db.read.images.getOwn(id)
    if (impossible.includes(seed)) throw new AppError('model-not-found', `no model for ${id}`)
    const items = [{ prompt, negativePrompt, seed }]
    return { kind, modelDir: '/models/starter', items, numInferenceSteps, widthPx, heightPx, scheduler }
  }
  const jobs = { get: (id: number) => jobView(db.read, db.read.jobs.get(id)) }
  return {
    db,
    events,
    add: (changes: Parameters<typeof sampleImage>[0] = {}) =>
      db.transaction((write) => write.images.add(sampleImage(changes))),
    reproduce: createReproduceHandlers({ db, bus, reproduction: { request, restoreWhenExact: () => undefined }, jobs }),
  }
}

test('images to make again go before everything that waits, one item each', async () => {
  const { reproduce, db, add, events } = open()
  const waiting = db.transaction((write) =>
    write.jobs.add({ kind: 'text-to-image', modelDir: '/x' }, [{ prompt: 'a', negativePrompt: '', seed: 1n }], 1),
  )
  const inputHash = sha256('input')
  db.transaction((write) => {
    const size = { sizeBytes: 1, widthPx: 8, heightPx: 8, createdAtMs: 1 }
    write.inputs.add({ hash: inputHash, fileName: 'inputs/x.png', ...size })
  })
  const first = add({ seed: 2n ** 64n - 1n, negativePrompt: 'blurry' })
  const second = add({ seed: 3n, widthPx: 768, kind: 'image-to-image', inputImageHash: inputHash })
  const job = await reproduce.start({ imageIds: [first, second, first] })
  expect(reproduceContract.start.output.parse(job)).toEqual(job)
  expect(job).toMatchObject({
    kind: 'text-to-image',
    isReproduction: true,
    itemCounts: { queued: 2 },
    // what both have in common
    settings: { numInferenceSteps: 20, heightPx: 512, scheduler: 'pndm' },
  })
  expect(job.settings).not.toHaveProperty('widthPx')
  expect(events).toEqual([{ name: 'job.changed', payload: { job } }])
  expect(db.read.jobs.pending().map(({ id }) => id)).toEqual([job.id, waiting])
  expect(db.read.jobItems.ofJob(job.id, 10)).toMatchObject([
    { reproducesImageId: first, seed: 2n ** 64n - 1n, negativePrompt: 'blurry' },
    { reproducesImageId: second, seed: 3n, inputHash },
  ])
})

test('what cannot be made again does not hold up the others; if nothing can, the reason is told', async () => {
  const { reproduce, db, add, events } = open({ impossible: [13n] })
  const [bad, good] = [add({ seed: 13n, numInferenceSteps: 99 }), add({ seed: 1n })]
  const job = await reproduce.start({ imageIds: [bad, good] })
  expect([job.itemCounts, job.settings.numInferenceSteps]).toEqual([{ queued: 2 }, 20])
  events.length = 0
  expect(() => reproduce.start({ imageIds: [bad] })).toThrow(failure('model-not-found'))
  expect(() => reproduce.start({ imageIds: [good, 5] })).toThrow(failure('not-found'))
  expect([db.read.jobs.pending().length, events]).toEqual([1, []])
})

test('verdicts of an image, the latest first', async () => {
  const { reproduce, db, add } = open()
  const id = add()
  const verdict = {
    ...{ imageId: id, createdAtMs: 1, pixelHash: null, differingPixels: null, maxDifference: null },
    ...{ meanDifference: null, differenceFileName: null, durationMs: 1, message: null },
  }
  db.transaction((write) => {
    write.verdicts.add({ ...verdict, outcome: 'failed' })
    write.verdicts.add({ ...verdict, outcome: 'bit-exact' })
  })
  const found = await reproduce.verdicts({ imageId: id })
  expect(found.map(({ outcome, hasDifferenceImage }) => [outcome, hasDifferenceImage])).toEqual([
    ['bit-exact', false],
    ['failed', false],
  ])
  expect(() => reproduce.verdicts({ imageId: id + 7 })).toThrow(failure('not-found'))
})

test('an image that was not made here is refused, with all others of the call', () => {
  const { reproduce, db, add } = open()
  const foreign = db.transaction((write) => write.images.addForeign(sampleForeign()))
  const refused = { code: 'invalid-argument', data: { imageId: foreign, origin: 'comfyui' } }
  expect(() => reproduce.start({ imageIds: [add(), foreign] })).toThrow(expect.objectContaining(refused) as Error)
  expect(db.read.jobs.pending()).toEqual([])
})

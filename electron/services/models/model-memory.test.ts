import { expect, test } from 'vitest'
import { NO_FACTS, type ModelFacts } from '#shared/model-summary.ts'
import { modelMemory, thisMachine, type MemoryAsk } from './model-memory.ts'

const MB = 1e6
/** 4.1 GB at rest; an image of 512 × 512 takes 262 MB of the UNet with guidance, 131 MB without. */
const facts: ModelFacts = {
  ...NO_FACTS,
  defaults: {
    scheduler: 'pndm',
    sigmas: 'default',
    numInferenceSteps: 50,
    guidanceScale: 7.5,
    strength: 0.8,
    widthPx: 512,
    heightPx: 512,
  },
  memory: {
    processBytes: 200 * MB,
    weightBytes: { text_encoder: 492 * MB, unet: 3_438 * MB, vae: 335 * MB },
    unetBytesPerPixel: 500,
    decoderBytesPerPixel: 4_000,
    oneAtATime: false,
  },
}
const machine = { cpuName: 'A processor', totalBytes: 16e9, freeBytes: 10e9 }

function memory(ask: Partial<MemoryAsk>, maxMemoryBytes: number | null = null, of: ModelFacts = facts) {
  return modelMemory({ id: 1, facts: of }, { imageCount: 1, ...ask }, { maxMemoryBytes }, machine)
}
const work = (view: ReturnType<typeof memory>) => view?.parts.find(({ part }) => part === 'work')?.bytes

test('weights, working memory and the process, each with its device', () => {
  expect(memory({})).toEqual({
    modelId: 1,
    widthPx: 512,
    heightPx: 512,
    imageCount: 1,
    devices: [{ id: 'cpu', kind: 'cpu', name: 'A processor', totalBytes: 16e9, limitBytes: 7e9, limitFrom: 'free' }],
    parts: [
      { part: 'text_encoder', deviceId: 'cpu', bytes: 492 * MB },
      { part: 'unet', deviceId: 'cpu', bytes: 3_438 * MB },
      { part: 'vae', deviceId: 'cpu', bytes: 335 * MB },
      { part: 'work', deviceId: 'cpu', bytes: 512 * 512 * 4_000 },
      { part: 'process', deviceId: 'cpu', bytes: 200 * MB },
    ],
    imagesAtOnce: 1,
  })
})

test('the widest moment counts: one decoder, or the UNet with all rows of its batch', () => {
  const smallDecoder = { ...facts, memory: { ...facts.memory!, decoderBytesPerPixel: 10 } }
  expect(work(memory({ imageCount: 2 }, null, smallDecoder))).toBe(512 * 512 * 500 * 2 * 2)
  expect(work(memory({ imageCount: 2, guidanceScale: 1 }, null, smallDecoder))).toBe(512 * 512 * 500 * 2)
  expect(work(memory({ widthPx: 256 }))).toBe(256 * 512 * 4_000)
})

test('as many together as fit, and none beyond the limit', () => {
  expect(memory({ imageCount: 3 })?.imagesAtOnce).toBe(3)
  expect(memory({ imageCount: 64 })?.imagesAtOnce).toBe(4)
  expect(memory({ imageCount: 4 }, 5.6e9)?.imagesAtOnce).toBe(4)
  expect(memory({ imageCount: 4, guidanceScale: 20 }, 5.55e9)).toMatchObject({
    imagesAtOnce: 4,
    devices: [{ limitBytes: 5.55e9, limitFrom: 'setting' }],
  })
  expect(memory({ imageCount: 4 }, 5e9)?.imagesAtOnce).toBe(0)
  // nobody set a limit: what the machine has counts, not what happens to be free
  expect(
    modelMemory({ id: 1, facts }, { imageCount: 4 }, { maxMemoryBytes: null }, { ...machine, freeBytes: 1e9 }),
  ).toMatchObject({ imagesAtOnce: 1 })
})

test('nothing is said of a model that cannot be used', () => {
  expect(memory({}, null, NO_FACTS)).toBeNull()
})

test('a machine has memory', () => {
  const { totalBytes, freeBytes } = thisMachine()
  expect(totalBytes).toBeGreaterThan(1e8)
  expect(freeBytes).toBeGreaterThan(0)
  expect(freeBytes).toBeLessThanOrEqual(totalBytes)
})

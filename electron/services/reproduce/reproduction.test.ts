import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, expect, test } from 'vitest'
import type { StudioEvent } from '#shared/contract/events.ts'
import type { ModelView } from '#shared/contract/models.ts'
import { reproduceContract } from '#shared/contract/reproduce.ts'
import { AppError } from '#shared/errors.ts'
import { GenerationRequestSchema, MAX_SEED } from '#shared/generation.ts'
import { NO_FACTS } from '#shared/model-summary.ts'
import { cleanUp, openTemporary, sampleImage, sha256, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { madeImage } from '../history/testing/made-image.ts'
import { ImageStore, type MadeImage } from '../images/image-store.ts'
import { encodePng } from '../images/png.ts'
import { Reproduction } from './reproduction.ts'
import { verdictView } from './verdict-view.ts'

afterEach(cleanUp)

const failure = (code: string, message: RegExp | string = '') =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error

const model = (changes: Partial<ModelView> = {}): ModelView => ({
  id: 1,
  name: 'starter',
  path: '/models/moved here/starter',
  architecture: 'stable-diffusion',
  hash: 'a'.repeat(64),
  sizeBytes: 1,
  seenAtMs: 1,
  problem: null,
  isDefault: true,
  ...NO_FACTS,
  ...changes,
})

function open(models: ModelView[] = [model()]) {
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const bus = new EventBus()
  const store = new ImageStore({ db, dataDir })
  const events: StudioEvent[] = []
  bus.listen(({ name, payload }) => events.push({ name, payload } as StudioEvent))
  const reproduction = new Reproduction({
    db,
    dataDir,
    bus,
    store,
    inputs: { pathOf: (hash) => join(dataDir, 'inputs', `${hash}.png`) },
    models: { list: () => models, findByHash: (hash) => models.find((one) => one.hash === hash) },
  })
  return {
    dataDir,
    db,
    reproduction,
    save: (made: MadeImage) => store.save(made, { name: '1-0000', dayMs: 0 }),
    differences: () => (existsSync(join(dataDir, 'differences')) ? readdirSync(join(dataDir, 'differences')) : []),
    /** What was told since the last call. */
    told: () => events.splice(0),
  }
}

/** The same image with some bytes changed by so much. */
function changedBy(made: MadeImage, changes: Record<number, number>, settings: Partial<MadeImage['settings']> = {}) {
  const pixels = made.pixels.slice()
  for (const [at, by] of Object.entries(changes)) pixels[Number(at)] += by
  const pixelHash = createHash('sha256').update(pixels).digest('hex')
  return { ...made, pixels, pixelHash, settings: { ...made.settings, ...settings } }
}

test('a request says everything, and finds the model wherever it lies now', () => {
  const { db, reproduction, dataDir } = open()
  const inputHash = sha256('input')
  const [fromText, fromImage] = db.transaction((write) => {
    write.inputs.add({
      hash: inputHash,
      fileName: `inputs/${inputHash}.png`,
      ...{ sizeBytes: 1, widthPx: 8, heightPx: 8, createdAtMs: 1 },
    })
    return [
      write.images.add(
        sampleImage({ seed: MAX_SEED, negativePrompt: 'blurry', sigmas: 'karras', modelName: 'other name' }),
      ),
      write.images.add(
        sampleImage({ kind: 'image-to-image', inputImageHash: inputHash, strength: 0.35, resizeMode: 'fill' }),
      ),
    ]
  })
  const common = {
    modelDir: '/models/moved here/starter',
    ...{ numInferenceSteps: 20, guidanceScale: 7.5, widthPx: 512, heightPx: 512, scheduler: 'pndm' },
  }
  const request = reproduction.request(fromText)
  expect(request).toEqual({
    kind: 'text-to-image',
    ...common,
    sigmas: 'karras',
    items: [{ prompt: 'mountains at sunset', negativePrompt: 'blurry', seed: MAX_SEED }],
  })
  expect(GenerationRequestSchema.parse(request)).toEqual(request)
  const inputImage = join(dataDir, 'inputs', `${inputHash}.png`)
  expect(reproduction.request(fromImage)).toEqual({
    kind: 'image-to-image',
    ...common,
    sigmas: 'default',
    strength: 0.35,
    resizeMode: 'fill',
    items: [{ prompt: 'mountains at sunset', negativePrompt: '', seed: 7n, inputImage }],
  })
  expect(() => reproduction.request(5)).toThrow(failure('not-found'))
})

test('a model that is not there, not the same, or not usable is named', () => {
  const modelHash = 'b'.repeat(64)
  const reasonFor = (models: ModelView[]): AppError => {
    const { db, reproduction } = open(models)
    const id = db.transaction((write) => write.images.add(sampleImage({ modelName: 'dream', modelHash })))
    try {
      reproduction.request(id)
    } catch (error) {
      return error as AppError
    }
    throw new Error('it was found')
  }
  const wanted = 'was made with the model "dream" \\(hash "bbbbbbbbbb"\\), '
  expect(reasonFor([])).toEqual(
    failure('model-not-found', `${wanted}which is not in the list of models: add its folder`),
  )
  expect(reasonFor([model({ name: 'dream', hash: 'c'.repeat(64) })])).toEqual(
    failure(
      'model-not-found',
      `${wanted}and the model of this name has changed: it is another \\(hash cccccccccc\\) now`,
    ),
  )
  expect(reasonFor([model({ name: 'dream', hash: '' })])).toEqual(failure('model-not-found', 'it is incomplete now'))
  expect(reasonFor([model({ hash: modelHash, problem: 'the VAE is missing' })])).toEqual(
    failure('model-not-found', `${wanted}which cannot be used now: the VAE is missing`),
  )
})

test('an imported image that lacks something says what', () => {
  const { db, reproduction } = open()
  const maskHash = sha256('mask')
  const add = (changes: Parameters<typeof sampleImage>[0]) =>
    db.transaction((write) => {
      write.inputs.add({
        hash: maskHash,
        fileName: 'inputs/mask.png',
        ...{ sizeBytes: 1, widthPx: 8, heightPx: 8, createdAtMs: 1 },
      })
      return write.images.add(sampleImage(changes))
    })
  const refused = (changes: Parameters<typeof sampleImage>[0], message: string) => {
    const id = add(changes)
    expect(() => reproduction.request(id)).toThrow(failure('invalid-argument', message))
  }
  refused({ kind: 'image-to-image' }, 'the input image that image \\d+ was made with is not known')
  refused({ kind: 'image-to-image', inputImageHash: maskHash, resizeMode: 'crop' }, 'the strength that')
  refused({ kind: 'image-to-image', inputImageHash: maskHash, strength: 1 }, 'the resize mode that')
  refused({ maskHash }, 'with a mask')
})

test('the same pixels are bit-exact, and nothing is said', async () => {
  const { reproduction, save, told, differences, db } = open()
  const made = madeImage()
  const { id } = await save(made)
  const committed: number[] = []
  const verdict = await reproduction.finish(id, made, (_write, verdictId) => committed.push(verdictId))
  expect(verdict).toEqual({
    id: verdict.id,
    imageId: id,
    createdAtMs: expect.any(Number) as number,
    outcome: 'bit-exact',
    pixelHash: made.pixelHash,
    ...{
      differingPixels: null,
      maxDifference: null,
      meanDifference: null,
      psnrDb: null,
      differenceFileName: null,
      fileState: 'as-made',
    },
    durationMs: 1500,
    message: null,
  })
  expect([committed, db.read.verdicts.ofImage(id), differences()]).toEqual([[verdict.id], [verdict], []])
  expect(told()).toEqual([{ name: 'verdict.added', payload: { verdict: verdictView(verdict) } }])
})

test('what differs is counted, drawn, and explained by the environment', async () => {
  const { reproduction, save, differences, dataDir, db } = open()
  const made = madeImage()
  const { id } = await save(made)
  // two channels of the first pixel, one of the last
  const again = changedBy(made, { 0: 4, 1: 1, 381: 2 }, { engineVersion: '0.2.0', runtimeVersion: '1.31.0' })
  const verdict = await reproduction.finish(id, { ...again, threadCount: 7 })
  expect(verdict).toMatchObject({
    outcome: 'different',
    pixelHash: again.pixelHash,
    differingPixels: 2,
    maxDifference: 4,
  })
  expect(verdict.meanDifference).toBeCloseTo(7 / (16 * 8 * 3), 10)
  expect(verdict.message).toBe(
    'not the same as then: engine version "0.1.0" then, "0.2.0" now; version of ONNX Runtime "1.30.0" then, "1.31.0" now',
  )
  expect(differences().map((name) => `differences/${name}`)).toEqual([verdict.differenceFileName])
  const picture = readFileSync(join(dataDir, verdict.differenceFileName!))
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([16, 8, 3])
  // the largest is made 255, the others in proportion
  const expected = Buffer.alloc(16 * 8 * 3)
  ;[expected[0], expected[1], expected[381]] = [255, 64, 128]
  expect(data).toEqual(expected)
  expect(reproduceContract.verdicts.output.parse([verdictView(verdict)])).toEqual([verdictView(verdict)])
  expect(JSON.stringify(verdictView(db.read.verdicts.get(verdict.id)))).not.toContain('differences/')
})

test('every part of the environment is named; thread counts never are', async () => {
  const { reproduction, save } = open()
  const made = madeImage()
  const { id } = await save(made)
  const messageFor = async (settings: Partial<MadeImage['settings']>) =>
    (await reproduction.finish(id, { ...changedBy(made, { 0: 1 }, settings), threadCount: 64 })).message
  expect(await messageFor({})).toBe(
    'nothing differs that is known to matter: model, settings, versions, provider and precision are the same',
  )
  expect(await messageFor({ modelName: 'renamed' })).toMatch(/^nothing differs/)
  expect(await messageFor({ provider: 'webgpu' as 'cpu' })).toBe(
    'not the same as then: provider "cpu" then, "webgpu" now',
  )
  expect(await messageFor({ precision: 'float16' as 'float32' })).toMatch(/precision "float32" then, "float16" now$/)
  expect(await messageFor({ modelHash: 'f'.repeat(64) })).toMatch(/: model hash "a{64}" then, "f{64}" now$/)
  expect(await messageFor({ strength: 0.5 })).toMatch(/: strength none then, "0.5" now$/)
  const { outcome, message } = await reproduction.finish(id, {
    ...made,
    settings: { ...made.settings, engineVersion: '9' },
  })
  expect([outcome, message]).toEqual([
    'bit-exact',
    'no pixel changed, though these did: engine version "0.1.0" then, "9" now',
  ])
})

test('a file that is gone comes back with a bit-exact image', async () => {
  const { reproduction, save, told, dataDir, db } = open()
  const made = madeImage()
  const { id, fileName } = await save(made)
  const path = join(dataDir, fileName)
  const bytes = readFileSync(path)
  rmSync(path)
  const verdict = await reproduction.finish(id, made)
  expect([verdict.outcome, verdict.message]).toEqual([
    'bit-exact',
    'its file was missing or changed, and has been put back',
  ])
  expect(readFileSync(path)).toEqual(bytes)
  expect(db.read.images.get(id).isMissing).toBe(false)
  expect(told().map(({ name }) => name)).toEqual(['verdict.added', 'images.changed'])
})

test('a file that is gone stays gone if the image is another', async () => {
  const { reproduction, save, told, dataDir, differences, db } = open()
  const made = madeImage()
  const { id, fileName } = await save(made)
  rmSync(join(dataDir, fileName))
  const again = changedBy(made, { 0: 1 })
  const verdict = await reproduction.finish(id, again)
  expect(verdict).toMatchObject({ outcome: 'different', differingPixels: null, differenceFileName: null })
  expect(verdict.message).toMatch(/\. its file is missing, so there is nothing to measure the difference by$/)
  expect([existsSync(join(dataDir, fileName)), db.read.images.get(id).isMissing, differences()]).toEqual([
    false,
    true,
    [],
  ])
  // that it is gone is news once
  await reproduction.finish(id, again)
  expect(told().map(({ name }) => name)).toEqual(['verdict.added', 'images.changed', 'verdict.added'])
})

test('a file that somebody changed is told of and left alone', async () => {
  const { reproduction, save, dataDir, differences } = open()
  const made = madeImage()
  const { id, fileName } = await save(made)
  const path = join(dataDir, fileName)
  const edited = changedBy(made, { 5: 9 })
  for (const [bytes, exactly, otherwise] of [
    [await encodePng({ ...edited, text: [] }), /^its file has other pixels/, /its file was changed after it was made/],
    [Buffer.from('not an image'), /^its file is damaged or was replaced/, /its file is damaged or was replaced/],
    [
      await sharp(Buffer.from(made.pixels), { raw: { width: 8, height: 16, channels: 3 } })
        .png()
        .toBuffer(),
      /^its/,
      /its/,
    ],
  ] as const) {
    writeFileSync(path, bytes)
    const exact = await reproduction.finish(id, made)
    expect([exact.outcome, exact.message]).toEqual(['bit-exact', expect.stringMatching(exactly)])
    // the changed file has the very pixels that were made now: still not those of then
    const different = await reproduction.finish(id, edited)
    expect(different).toMatchObject({ outcome: 'different', differingPixels: null, differenceFileName: null })
    expect(different.message).toMatch(otherwise)
    expect(readFileSync(path)).toEqual(bytes)
  }
  expect(differences()).toEqual([])
})

test('an image of another size is different, and nothing is compared', async () => {
  const { reproduction, save } = open()
  const { id } = await save(madeImage())
  for (const [widthPx, heightPx] of [
    [24, 8],
    [8, 16],
    [1, 1],
  ]) {
    const verdict = await reproduction.finish(id, madeImage({ widthPx, heightPx, seed: 8n }))
    expect(verdict).toMatchObject({ outcome: 'different', differingPixels: null, differenceFileName: null })
    expect(verdict.message).toMatch(
      `it has ${widthPx} × ${heightPx} pixels now and had 16 × 8: no pixel can be compared`,
    )
  }
})

test('a failure is a verdict too', async () => {
  const { reproduction, save, told, db } = open()
  const { id } = await save(madeImage())
  const committed: number[] = []
  const error = new AppError('out-of-memory', 'there was not enough memory')
  const verdict = reproduction.fail(id, error, 12.6, (_write, verdictId) => committed.push(verdictId))
  expect(verdict).toMatchObject({ outcome: 'failed', pixelHash: null, durationMs: 13, message: error.message })
  expect([committed, db.read.verdicts.ofImage(id)]).toEqual([[verdict.id], [verdict]])
  expect(told()).toEqual([{ name: 'verdict.added', payload: { verdict: verdictView(verdict) } }])
  expect(() => reproduction.fail(5, error, 1)).toThrow(failure('not-found'))
})

test('verdict, picture and what goes with them are stored together or not at all', async () => {
  const { reproduction, save, told, differences, dataDir, db } = open()
  const made = madeImage()
  const { id } = await save(made)
  const refuse = (): never => {
    throw new AppError('state-conflict', 'the item was cancelled')
  }
  await expect(reproduction.finish(id, changedBy(made, { 0: 1 }), refuse)).rejects.toThrow(failure('state-conflict'))
  await expect(reproduction.finish(id, made, refuse)).rejects.toThrow(failure('state-conflict'))
  expect(() => reproduction.fail(id, new AppError('internal', 'x'), 1, refuse)).toThrow(failure('state-conflict'))
  expect([db.read.verdicts.ofImage(id), differences(), told()]).toEqual([[], [], []])
  expect(readdirSync(join(dataDir, 'temporary'))).toEqual([])
  await expect(reproduction.finish(5, made)).rejects.toThrow(failure('not-found'))
})

test('no picture, no verdict: a folder that cannot be written is an error', async () => {
  const { reproduction, save, dataDir, db } = open()
  const made = madeImage()
  const { id } = await save(made)
  writeFileSync(join(dataDir, 'differences'), 'a file where the folder should be')
  await expect(reproduction.finish(id, changedBy(made, { 0: 1 }))).rejects.toThrow(failure('output-not-writable'))
  expect(db.read.verdicts.ofImage(id)).toEqual([])
})

test('a folder in place of the file is told of, and moved aside when the file is to be restored', async () => {
  const { reproduction, save, dataDir } = open()
  const made = madeImage()
  const { id, fileName } = await save(made)
  const path = join(dataDir, fileName)
  rmSync(path)
  mkdirSync(path)
  expect(await reproduction.finish(id, made)).toMatchObject({ outcome: 'bit-exact', fileState: 'blocked' })
  reproduction.restoreWhenExact([id])
  expect(await reproduction.finish(id, made)).toMatchObject({ outcome: 'bit-exact', fileState: 'restored' })
  expect(existsSync(path)).toBe(true)
})

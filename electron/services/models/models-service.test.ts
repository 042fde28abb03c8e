/** With model folders as people have them on disk, looked at by the engine's own code. */
import { cpSync, mkdirSync, readdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { inspectCheckpoint } from '#engine/checkpoints/inspect.ts'
import { summarize } from '#engine/checkpoints/summarize.ts'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { SettingsService } from '../settings/settings-service.ts'
import { findModelFolders } from './find-model-folders.ts'
import { ModelsService } from './models-service.ts'

afterEach(cleanUp)

const ROOT = resolve(import.meta.dirname, '../../..')
const STARTER = join(ROOT, 'build/starter/model')
const SD1 = join(ROOT, 'test/fixtures/pipelines/models/sd1')
const SD2 = join(ROOT, 'test/fixtures/pipelines/models/sd2')

const error = (code: ErrorCode): Error => expect.objectContaining({ name: 'AppError', code }) as Error

const inspect = async (dir: string): Promise<ModelSummary> => summarize(await inspectCheckpoint(dir))

function open(inspectCheckpoint = inspect) {
  const db = openTemporary()
  const bus = new EventBus()
  const told: string[] = []
  bus.listen(({ name, payload }) => told.push('message' in payload ? `${name}: ${payload.message}` : name))
  const settings = new SettingsService({ db, bus })
  const models = new ModelsService({ db, bus, settings, starterModelDir: STARTER, inspect: inspectCheckpoint })
  const changes = (): string[] => told.splice(0).filter((name) => name !== 'settings.changed')
  const addJob = (modelDir: string): number =>
    db.transaction((write) =>
      write.jobs.add({ kind: 'text-to-image', modelDir }, [{ prompt: '', negativePrompt: '', seed: 1n }], Date.now()),
    )
  return { db, settings, models, changes, addJob, modelsDir: temporaryFolder() }
}

/** A copy that can be broken. */
function copy(from: string, to: string): string {
  cpSync(from, to, { recursive: true })
  return to
}

describe('the starter model', () => {
  test('can be used before any scan, and is complete after one', async () => {
    const { models, changes } = open()
    const { dir, model } = models.folderOf()
    expect(models.memory({ imageCount: 1 })).toBeNull()
    expect(() => models.memory({ id: 99, imageCount: 1 })).toThrow(error('not-found'))
    expect([dir, model.isDefault, model.problem]).toEqual([STARTER, true, null])
    expect(await models.scan()).toEqual([
      expect.objectContaining({
        id: model.id,
        name: 'Reprise Starter',
        hash: expect.stringMatching(/^\w{64}$/) as string,
        sizeMultiplePx: 8,
        defaults: expect.objectContaining({ scheduler: 'dpmpp_2m', numInferenceSteps: 20, guidanceScale: 4 }) as object,
      }),
    ])
    expect(models.memory({ imageCount: 2 })).toMatchObject({ modelId: model.id, widthPx: 128, imagesAtOnce: 2 })
    expect(changes()).toEqual(['models.changed'])
    await models.scan()
    expect(changes()).toEqual([])
  })

  test('is the default until another is, and again when that is gone', async () => {
    const { models, settings, modelsDir } = open()
    const [sd1] = await models.addFolder(copy(SD1, join(modelsDir, 'sd1')))
    settings.update({ defaultModelId: sd1.id })
    expect(models.folderOf().dir).toBe(sd1.path)
    expect(models.list().filter((model) => model.isDefault)).toHaveLength(1)
    await models.removeFolder(sd1.path)
    expect(models.folderOf().dir).toBe(STARTER)
  })

  test('is listed once when a folder of the settings leads to it', async () => {
    const { models, modelsDir } = open()
    symlinkSync(STARTER, join(modelsDir, 'again'))
    await models.addFolder(modelsDir)
    expect(models.list().map(({ path }) => path)).toEqual([STARTER])
  })
})

describe('model folders', () => {
  test('are found by themselves and up to two levels down, with their facts', async () => {
    const { models, modelsDir } = open()
    copy(SD1, join(modelsDir, 'one'))
    copy(SD2, join(modelsDir, 'author', 'two'))
    copy(SD1, join(modelsDir, 'too', 'deep', 'three'))
    const found = await models.addFolder(`${modelsDir}/`)
    expect(found.map(({ path }) => path)).toEqual([join(modelsDir, 'one'), join(modelsDir, 'author', 'two')])
    expect(found[0]).toMatchObject({ name: 'one', problem: null, isDefault: false })
    expect(found[0].sizeBytes).toBeGreaterThan(100_000)
    expect(models.findByHash(found[1].hash)).toEqual(found[1])
    expect(models.findByPath(found[1].path)).toEqual(found[1])
    expect(models.findByHash('')).toBeUndefined()
    expect(models.folderOf(found[1].id)).toEqual({ dir: found[1].path, model: found[1] })
  })

  test('with faults are listed with the first of them, and refused', async () => {
    const { models, modelsDir } = open()
    const dir = copy(SD1, join(modelsDir, 'cut'))
    truncateSync(join(dir, 'unet', 'diffusion_pytorch_model.safetensors'), 1000)
    writeFileSync(join(copy(SD1, join(modelsDir, 'no json')), 'model_index.json'), '{')
    const [cut, noJson] = await models.addFolder(modelsDir)
    expect(cut).toMatchObject({
      name: 'cut',
      hash: '',
      problem: expect.stringContaining('only 1000 bytes') as string,
      problems: [{ code: 'weights-invalid', message: cut.problem }],
      components: [{ part: 'text_encoder' }, { part: 'unet', parameterCount: 0 }, { part: 'vae' }],
    })
    expect(models.memory({ id: cut.id, imageCount: 1 })).toBeNull()
    expect(noJson).toMatchObject({ name: 'no json', problem: expect.stringContaining('model_index.json') as string })
    expect(() => models.folderOf(cut.id)).toThrow(error('model-not-found'))
    expect(() => models.folderOf(cut.id)).toThrow(cut.problem!)
    expect(() => models.folderOf(999)).toThrow(error('not-found'))
  })

  test('that go away and come back keep their id', async () => {
    const { models, modelsDir, changes } = open()
    const dir = copy(SD1, join(modelsDir, 'sd1'))
    const [model] = await models.addFolder(modelsDir)
    renameSync(dir, `${modelsDir}-away`)
    changes()
    await models.scan()
    expect(changes()).toEqual(['models.changed'])
    expect(models.findByHash(model.hash)).toMatchObject({
      id: model.id,
      seenAtMs: model.seenAtMs,
      problem: expect.stringContaining('the folder is gone') as string,
      problems: [{ code: 'model-not-found' }],
      // what is missing is still described
      defaults: model.defaults,
      components: model.components,
    })
    renameSync(`${modelsDir}-away`, dir)
    await models.scan()
    expect(models.folderOf(model.id).model).toMatchObject({ hash: model.hash, problem: null })
  })

  test('taken out of the settings go, unless a job still needs them', async () => {
    const { db, models, modelsDir, addJob } = open()
    const [needed, other] = [copy(SD1, join(modelsDir, 'needed')), copy(SD1, join(modelsDir, 'other'))]
    await models.addFolder(modelsDir)
    const jobId = addJob(needed)
    expect((await models.removeFolder(modelsDir)).map(({ path }) => path)).toEqual([STARTER, needed])
    expect(models.findByPath(other)).toBeUndefined()
    db.transaction((write) => {
      write.jobs.cancel(jobId, Date.now())
    })
    expect((await models.scan()).map(({ path }) => path)).toEqual([STARTER])
  })

  test('added while a scan runs are found by the next', async () => {
    const gate = Promise.withResolvers<undefined>()
    const { models, modelsDir } = open(async (dir) => {
      await gate.promise
      return inspect(dir)
    })
    const first = models.scan()
    const added = models.addFolder(copy(SD1, join(modelsDir, 'sd1')))
    gate.resolve(undefined)
    expect(await first).toHaveLength(1)
    expect(await added).toHaveLength(1)
    expect(models.list()).toHaveLength(2)
  })

  test('that bring the look itself down are listed with that', async () => {
    const { models, modelsDir } = open((dir) => (dir === STARTER ? inspect(dir) : Promise.reject(new Error('boom'))))
    const [model] = await models.addFolder(copy(SD1, join(modelsDir, 'sd1')))
    expect(model).toMatchObject({ name: 'sd1', problem: expect.stringContaining('boom') as string })
  })

  test('of a look that was cut short by the end of the studio, nothing is kept', async () => {
    let isClosing = true
    const { models, modelsDir } = open((dir) =>
      isClosing ? Promise.reject(new AppError('cancelled', 'Reprise is closing')) : inspect(dir),
    )
    const [unseen] = await models.addFolder(copy(SD1, join(modelsDir, 'sd1')))
    expect([unseen.problem, models.folderOf(unseen.id).dir]).toEqual([null, unseen.path])
    isClosing = false
    expect((await models.scan()).find(({ id }) => id === unseen.id)?.hash).toMatch(/^\w{64}$/)
  })

  test('must be whole paths of folders that are there', async () => {
    const { models, modelsDir, settings } = open()
    await expect(models.addFolder('models')).rejects.toThrow(error('invalid-argument'))
    await expect(models.addFolder(join(SD1, 'model_index.json'))).rejects.toThrow(error('invalid-argument'))
    await expect(models.addFolder(join(modelsDir, 'not there'))).rejects.toThrow(error('model-not-found'))
    await expect(models.removeFolder(modelsDir)).rejects.toThrow(error('not-found'))
    expect(settings.get().modelFolders).toEqual([])
  })
})

describe('looking through folders', () => {
  test('a folder that is gone is named, the others are looked through', async () => {
    const { models, modelsDir, changes, settings } = open()
    const gone = join(modelsDir, 'gone')
    settings.update({ modelFolders: [gone, copy(SD1, join(modelsDir, 'sd1'))] })
    expect(await models.scan()).toHaveLength(2)
    expect(models.folderProblems).toEqual([expect.stringContaining(gone)])
    expect(changes()).toEqual([
      expect.stringMatching(/^warning: the model folder "gone" cannot be read/),
      'models.changed',
    ])
  })

  test('links in a circle end, and give no model twice', async () => {
    const dir = temporaryFolder()
    mkdirSync(join(dir, 'a', 'model'), { recursive: true })
    writeFileSync(join(dir, 'a', 'model', 'model_index.json'), '{}')
    symlinkSync('..', join(dir, 'a', 'up'))
    symlinkSync('.', join(dir, 'same'))
    symlinkSync('itself', join(dir, 'itself'))
    symlinkSync(join(dir, 'a', 'model'), join(dir, 'shortcut'))
    expect(await findModelFolders(dir)).toMatchObject({
      dirs: [join(dir, 'shortcut')],
      problems: [expect.stringContaining('leads to itself')],
    })
  })

  test('a folder with too many entries is cut, and says so', async () => {
    const dir = temporaryFolder()
    for (let i = 0; i <= 5_000; i++) writeFileSync(join(dir, String(i)), '')
    const { problems } = await findModelFolders(dir)
    expect(problems).toEqual([expect.stringContaining('5000 entries')])
  })

  test('many models are looked at a few at a time', async () => {
    let now = 0
    let most = 0
    const { models, modelsDir } = open(async (dir) => {
      most = Math.max(most, ++now)
      const summary = await inspect(dir)
      now--
      return summary
    })
    for (let i = 0; i < 12; i++) symlinkedModel(join(modelsDir, `model ${i}`))
    const found = await models.addFolder(modelsDir)
    expect(found.filter(({ problem }) => problem === null)).toHaveLength(12)
    expect(most).toBe(3)
  })
})

/** A folder of its own, with everything in it of another. */
function symlinkedModel(dir: string): void {
  mkdirSync(dir)
  for (const part of readdirSync(SD1)) symlinkSync(join(SD1, part), join(dir, part))
}

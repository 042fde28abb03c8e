/** Folders of other apps as people have them, with files whose headers are those of real ones. */
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { ModelFileView } from '#shared/contract/model-files.ts'
import { AppError } from '#shared/errors.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import { NO_FACTS } from '#shared/model-summary.ts'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { SettingsService } from '../settings/settings-service.ts'
import { ModelFileHasher } from './model-file-hasher.ts'
import { ModelsService } from './models-service.ts'
import {
  clipShapes,
  loraShapes,
  unetShapes,
  vaeShapes,
  writeSafetensors,
  type Shapes,
} from './testing/sample-headers.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  cleanUp()
})

const SD1 = resolve(import.meta.dirname, '../../../test/fixtures/pipelines/models/sd1')

function open() {
  const db = openTemporary()
  const bus = new EventBus()
  const told: string[] = []
  bus.listen(({ name, payload }) => told.push('message' in payload ? payload.message : name))
  const settings = new SettingsService({ db, bus })
  const inspected: string[] = []
  let failure: AppError | undefined
  const inspect = (dir: string): Promise<ModelSummary> => {
    inspected.push(dir)
    if (failure) return Promise.reject(failure)
    return Promise.resolve({
      name: dir.split('/').at(-1)!,
      architecture: 'x',
      hash: 'a'.repeat(64),
      sizeBytes: 1,
      ...NO_FACTS,
    })
  }
  const dir = temporaryFolder()
  const models = new ModelsService({ db, bus, settings, starterModelDir: join(dir, 'no starter'), inspect })
  const files = join(dir, 'files')
  mkdirSync(files)
  settings.update({ modelFolders: [files] })
  const add = (name: string, shapes: Shapes, more?: Parameters<typeof writeSafetensors>[2]): string => {
    mkdirSync(dirname(join(files, name)), { recursive: true })
    writeSafetensors(join(files, name), shapes, more)
    return join(files, name)
  }
  const scan = async (): Promise<Record<string, ModelFileView>> => {
    await models.scan()
    return Object.fromEntries(models.files.list().map((file) => [file.path.slice(files.length + 1), file]))
  }
  const fail = (error: AppError | undefined): void => {
    failure = error
  }
  return { db, bus, told, models, settings, files, add, scan, inspected, fail }
}

const whole = (textWidth: number, channels = 4): Shapes => ({
  ...unetShapes(textWidth, channels),
  ...vaeShapes(),
  ...clipShapes(),
})

describe('single files', () => {
  test.each<[string, Shapes, string, string]>([
    ['sd1', whole(768), 'checkpoint', 'Stable Diffusion 1.x'],
    ['sd1 inpainting', whole(768, 9), 'checkpoint', 'Stable Diffusion 1.x, inpainting'],
    ['sd2', whole(1024), 'checkpoint', 'Stable Diffusion 2.x'],
    ['sdxl', whole(2048), 'checkpoint', 'Stable Diffusion XL'],
    ['sdxl unet', unetShapes(2048, 4, ''), 'diffusion-model', 'Stable Diffusion XL'],
    [
      'sd3',
      { 'model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight': [1], ...vaeShapes(16) },
      'checkpoint',
      'Stable Diffusion 3.x',
    ],
    [
      'flux',
      { 'double_blocks.0.img_attn.qkv.weight': [1], 'txt_in.weight': [1], 'guidance_in.in_layer.weight': [1] },
      'diffusion-model',
      'Flux.1 dev',
    ],
    ['vae', vaeShapes(4, ''), 'vae', 'Stable Diffusion (4 channels)'],
    ['vae16', vaeShapes(16, ''), 'vae', 'Stable Diffusion 3.x or Flux.1 (16 channels)'],
    ['clip', clipShapes('', 1280), 'text-encoder', 'OpenCLIP G'],
    ['lora1', loraShapes(768), 'lora', 'Stable Diffusion 1.x'],
    ['loraxl', loraShapes(2048), 'lora', 'Stable Diffusion XL'],
    ['peft', { 'transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight': [16, 3072] }, 'lora', 'Flux.1'],
    ['embedding', { emb_params: [4, 768] }, 'embedding', 'Stable Diffusion 1.x'],
    ['embedding xl', { clip_l: [4, 768], clip_g: [4, 1280] }, 'embedding', 'Stable Diffusion XL'],
    [
      'control',
      { 'control_model.zero_convs.0.0.weight': [1], ...unetShapes(768, 4, 'control_model.') },
      'controlnet',
      'Stable Diffusion 1.x',
    ],
    ['anything', { 'some.weight': [3, 3], 'other.weight': [3, 3] }, 'unknown', 'unknown'],
  ])('%s is known by its header', async (name, shapes, kind, architecture) => {
    const { add, scan } = open()
    add(`${name}.safetensors`, shapes)
    // whole checkpoints of the families that run can be used as they lie
    const runs = kind === 'checkpoint' && /^Stable Diffusion (1\.x|2\.x|XL)$/.test(architecture)
    expect(Object.values(await scan())).toEqual([
      expect.objectContaining({
        name,
        kind,
        architecture,
        state: runs ? 'usable' : 'recognised',
        problem: runs ? null : (expect.stringContaining('not supported yet') as string),
      }),
    ])
  })

  test('that are damaged, cut or no safetensors are listed with that', async () => {
    const { add, scan, files } = open()
    add('cut.safetensors', whole(768), { missingBytes: 1 })
    writeFileSync(join(files, 'page.safetensors'), '<html>Please log in</html>')
    writeFileSync(join(files, 'empty.safetensors'), '')
    writeFileSync(join(files, 'pickle.ckpt'), 'x')
    writeFileSync(join(files, 'readme.txt'), 'x')
    expect(await scan()).toEqual({
      'cut.safetensors': expect.objectContaining({
        problem: expect.stringContaining('not copied') as string,
      }) as unknown,
      'page.safetensors': expect.objectContaining({
        problem: expect.stringContaining('not a safetensors') as string,
      }) as unknown,
      'empty.safetensors': expect.objectContaining({
        problem: expect.stringContaining('0 bytes') as string,
      }) as unknown,
      'pickle.ckpt': expect.objectContaining({ problem: expect.stringContaining('programs') as string }) as unknown,
    })
  })
})

describe('folders of other apps', () => {
  test('A1111 and ComfyUI: everything in its folder, also in folders below', async () => {
    const { add, scan } = open()
    add('webui/models/Stable-diffusion/anime/old/a.safetensors', whole(768))
    add('webui/models/Lora/b.safetensors', loraShapes(768))
    add('webui/embeddings/c.safetensors', { emb_params: [4, 768] })
    add('ComfyUI/models/vae/d.safetensors', { odd: [1, 2], other: [2, 1] })
    add('ComfyUI/models/diffusion_models/flux/e.safetensors', { odd: [1, 2], other: [2, 1] })
    add('ComfyUI/models/upscale_models/f.pth', {})
    add('ComfyUI/other/g.pth', {})
    const found = await scan()
    expect(
      Object.entries(found)
        .map(([path, { kind }]) => [path.split('/').at(-1), kind])
        .sort(),
    ).toEqual([
      ['a.safetensors', 'checkpoint'],
      ['b.safetensors', 'lora'],
      ['c.safetensors', 'embedding'],
      ['d.safetensors', 'vae'],
      ['e.safetensors', 'diffusion-model'],
      ['f.pth', 'upscaler'],
    ])
  })

  test('the cache of Hugging Face: what its refs point to, by the name of the repository', async () => {
    const { files, models, scan } = open()
    const repository = join(files, 'hub', 'models--some--model')
    const blobs = join(repository, 'blobs')
    cpSync(SD1, join(blobs, 'sd1'), { recursive: true })
    for (const commit of ['new', 'old']) {
      mkdirSync(join(repository, 'snapshots', commit), { recursive: true })
      for (const part of ['model_index.json', 'unet', 'vae']) {
        symlinkSync(join('../../blobs/sd1', part), join(repository, 'snapshots', commit, part))
      }
    }
    mkdirSync(join(repository, 'refs'))
    writeFileSync(join(repository, 'refs', 'main'), 'new')
    const lora = join(files, 'hub', 'models--some--lora')
    mkdirSync(join(lora, 'snapshots', 'abc'), { recursive: true })
    writeSafetensors(join(lora, 'blob'), loraShapes(768))
    symlinkSync('../../blob', join(lora, 'snapshots', 'abc', 'style.safetensors'))
    expect(Object.values(await scan())).toEqual([expect.objectContaining({ name: 'style', kind: 'lora' })])
    expect(models.list().map(({ name, path }) => [name, path])).toContainEqual([
      'some/model',
      join(repository, 'snapshots', 'new'),
    ])
    expect(models.list().map(({ path }) => path)).not.toContain(join(repository, 'snapshots', 'old'))
  })

  test('a folder of ONNX files is listed as that, and not given to the engine', async () => {
    const { files, inspected, scan } = open()
    mkdirSync(join(files, 'onnx', 'unet'), { recursive: true })
    writeFileSync(join(files, 'onnx', 'unet', 'model.onnx'), 'x')
    writeFileSync(join(files, 'onnx', 'model_index.json'), '{"_class_name": "OnnxStableDiffusionPipeline"}')
    expect(Object.values(await scan())).toEqual([
      expect.objectContaining({
        name: 'onnx',
        kind: 'onnx',
        architecture: 'OnnxStableDiffusionPipeline',
        hashState: 'none',
      }),
    ])
    expect(inspected).not.toContain(join(files, 'onnx'))
  })

  test('links that loop or lead nowhere and locked folders are named, and stop nothing', async () => {
    const { add, files, models, scan } = open()
    add('a.safetensors', loraShapes(768))
    symlinkSync('loop', join(files, 'loop'))
    symlinkSync('.', join(files, 'same'))
    symlinkSync('nothing', join(files, 'lost.safetensors'))
    mkdirSync(join(files, 'locked'))
    chmodSync(join(files, 'locked'), 0)
    expect(Object.keys(await scan())).toEqual(['a.safetensors'])
    const problems = models.folderProblems.join('\n')
    expect(problems).toContain('leads to itself')
    expect(problems).toContain('leads nowhere')
    // root may read everything
    if (process.getuid?.() !== 0) expect(problems).toContain('locked')
    chmodSync(join(files, 'locked'), 0o700)
  })
})

describe('a second scan', () => {
  test('looks only at what changed', async () => {
    const { add, files, told, scan, inspected, fail } = open()
    const path = add('a.safetensors', loraShapes(768))
    cpSync(SD1, join(files, 'sd1'), { recursive: true })
    const first = await scan()
    told.length = inspected.length = 0
    expect(await scan()).toEqual(first)
    expect([told, inspected]).toEqual([[], []])

    writeSafetensors(path, whole(2048))
    utimesSync(join(files, 'sd1', 'unet', 'config.json'), 1, 1)
    fail(new AppError('engine-died', 'it died'))
    expect(await scan()).toMatchObject({ 'a.safetensors': { kind: 'checkpoint' } })
    expect(inspected).toEqual([join(files, 'sd1'), path])
    // why an inspection died may pass: it is looked at again
    fail(undefined)
    await scan()
    expect(inspected).toHaveLength(4)

    rmSync(path)
    expect(await scan()).toEqual({})
  })

  test('keeps what lies on a disk that is not there, with its hash', async () => {
    const { add, db, files, scan } = open()
    add('a.safetensors', loraShapes(768))
    const [{ id, path }] = Object.values(await scan())
    const { stamp } = db.read.modelFiles.list()[0]
    db.transaction((write) => write.modelFiles.setHash(id, stamp, 'b'.repeat(64), 'done'))
    renameSync(files, `${files} away`)
    expect(Object.values(await scan())).toMatchObject([
      { id, path, problem: expect.stringContaining('not there') as string },
    ])
    renameSync(`${files} away`, files)
    expect(Object.values(await scan())).toMatchObject([
      {
        id,
        sha256: 'b'.repeat(64),
        autoV2: 'b'.repeat(10),
        problem: expect.stringContaining('not supported') as string,
      },
    ])
  })
})

describe('hashes', () => {
  function hash(fixture: ReturnType<typeof open>, isBusy = () => false) {
    const { db, bus, models } = fixture
    const hasher = new ModelFileHasher({ db, bus, files: models.files, isBusy, pauseShare: 0, lookEveryMs: 5 })
    hasher.start()
    ends.push(() => hasher.close())
    return async (isReached: (files: ModelFileView[]) => boolean): Promise<ModelFileView[]> => {
      while (!isReached(models.files.list())) await new Promise((next) => setTimeout(next, 5))
      return models.files.list()
    }
  }
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

  test('come by themselves, once the machine has nothing better to do', async () => {
    const fixture = open()
    writeFileSync(join(fixture.files, 'a.ckpt'), 'abc')
    await fixture.scan()
    let isBusy = true
    let asked = 0
    const until = hash(fixture, () => {
      asked++
      return isBusy
    })
    await until(() => asked > 3)
    expect(fixture.models.files.list()).toMatchObject([{ sha256: null, autoV2: null, hashState: 'waiting' }])
    isBusy = false
    expect(await until(([file]) => file.hashState === 'done')).toMatchObject([
      { sha256: sha256('abc'), autoV2: sha256('abc').slice(0, 10) },
    ])
  })

  test('of a file that changes while it is hashed come again', async () => {
    const fixture = open()
    const path = join(fixture.files, 'a.ckpt')
    writeFileSync(path, Buffer.alloc(5 * 2 ** 20))
    await fixture.scan()
    let asked = 0
    const until = hash(fixture, () => {
      if (++asked === 4) writeFileSync(path, 'new')
      return false
    })
    expect(await until(([file]) => file.hashState === 'done')).toMatchObject([{ sha256: sha256('new'), sizeBytes: 3 }])
  })
})

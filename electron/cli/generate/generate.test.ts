/** `reprise generate`: from the command line to the files, with an engine process that only plays the engine. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { cliFixture, type Outcome } from '../testing/cli-fixture.ts'

const fixture = cliFixture()
const { reprise, json } = fixture
const root = (): string => fixture.workingDir
const generate = (...args: string[]): Promise<Outcome> => reprise(['generate', ...args])
const images = (folder = 'reprise-out'): Promise<string[]> =>
  readdir(join(root(), folder)).then((names) => names.sort())

describe('a run', () => {
  test('piped: the paths, and nothing else', async () => {
    const { code, stdout, stderr } = await generate('a', 'b', '--seed', '7')
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'reprise-out/00001-7.png\nreprise-out/00002-8.png\n',
      stderr: '',
    })
    expect(await images()).toEqual(['00001-7.png', '00002-8.png'])
  })

  test('--json: a line for each image, seeds exact', async () => {
    const { stdout } = await generate('a', '--seed', '18446744073709551615', '--json', '--out', 'x/y')
    expect(stdout).toContain('"seed":18446744073709551615,"width":8,"height":8,"pixelHash":"')
    const line = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(line)).toEqual(['id', 'path', 'prompt', 'seed', 'width', 'height', 'pixelHash', 'settings'])
    expect(line.path).toBe(join(root(), 'x/y/00001-18446744073709551615.png'))
  })

  test('the PNG has the pixels and says how it was made', async () => {
    await generate('grüße an 山', '--seed', '5', '--scheduler', 'euler_a', '--negative', 'blur')
    const png = sharp(await readFile(join(root(), 'reprise-out/00001-5.png')))
    expect([...(await png.raw().toBuffer())]).toEqual(Array(192).fill(5))
    const { comments = [] } = await png.metadata()
    expect(comments.map(({ keyword }) => keyword)).toEqual(['parameters', 'reprise'])
    expect(comments[0]?.text).toMatch(/^grüße an 山\nNegative prompt: blur\nSteps: 3, Sampler: Euler a,/)
    expect(comments[1]?.text).not.toContain(root())
  })

  test('prompts come from arguments, options and a file, in this order', async () => {
    await writeFile(join(root(), 'list.txt'), 'third\nfourth\n')
    const { stdout } = await generate('first', '--prompts', 'list.txt', '--prompt', 'second', '--json')
    const prompts = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { prompt: string }).prompt)
    expect(prompts).toEqual(['first', 'second', 'third', 'fourth'])
  })

  test('a second run goes on behind the first', async () => {
    await generate('a', '--seed', '1')
    await generate('a', '--seed', '1')
    expect(await images()).toEqual(['00001-1.png', '00002-1.png'])
  })

  test('warnings are passed on', async () => {
    const { code, stderr } = await generate('warn')
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'reprise: warning: the prompt was cut after 77 tokens\n' })
  })

  test('--trace writes what was computed', async () => {
    const { code } = await generate('a', 'b', '--trace', 'trace.safetensors')
    expect(code).toBe(0)
    const bytes = await readFile(join(root(), 'trace.safetensors'))
    const header = bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE()))
    const shapes = Object.entries(JSON.parse(header) as Record<string, { shape: number[] }>)
    expect(shapes.map(([name, { shape }]) => `${name} ${shape.join('×')}`)).toEqual([
      'latents.0001 2×4×1×1',
      'latents.0002 2×4×1×1',
      'latents.0003 2×4×1×1',
      'image 2×3×8×8',
    ])
  })
})

describe('the history', () => {
  test('has every image, before its file is named', async () => {
    const made = await json('generate', 'a', 'b', '--seed', '1')
    const recorded = await json('history', 'list', '--sort', 'oldest')
    expect(recorded.map(({ id }) => id)).toEqual(made.map(({ id }) => id))
    const read = (path: unknown): Promise<Buffer> => readFile(String(path))
    for (const [at, { path }] of recorded.entries()) expect(await read(path)).toEqual(await read(made[at].path))
  })

  test('--no-history leaves no trace of the run', async () => {
    const [line] = await json('generate', 'a', '--no-history')
    expect(Object.keys(line)).not.toContain('id')
    await expect(readdir(fixture.dataDir)).rejects.toThrow('ENOENT')
  })

  test('a data folder of its own', async () => {
    await json('generate', 'a', '--data-dir', 'mine')
    expect(await json('history', 'list', '--data-dir', 'mine')).toHaveLength(1)
    expect(await json('history', 'list')).toEqual([])
  })

  test('a folder that was asked for and cannot be used: nothing is computed', async () => {
    await writeFile(join(root(), 'file'), '')
    const outcome = await generate('a', '--data-dir', 'file')
    expect(outcome).toMatchObject({ code: 1, stdout: '' })
    expect(outcome.stderr).toMatch(
      /^reprise: .*; --no-history makes images without recording them \(output-not-writable\)\n$/,
    )
    expect(await readdir(root())).toEqual(['file'])
  })

  test('the usual folder cannot be used: said, and the images are made', async () => {
    await writeFile(join(root(), 'file'), '')
    const { code, stdout, stderr } = await reprise(['generate', 'a', '--seed', '1'], {
      defaultDataDir: join(root(), 'file'),
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'reprise-out/00001-1.png\n' })
    expect(stderr).toMatch(/^reprise: warning: .*not recorded in the history: .*\(output-not-writable\)\n$/)
  })

  test('a database of a later version is left alone', async () => {
    await json('generate', 'a')
    const db = new Database(join(fixture.dataDir, 'reprise.sqlite'))
    db.pragma('user_version = 999')
    db.close()
    expect(await generate('a', '--data-dir', fixture.dataDir)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--no-history.*database-newer/) as string,
    })
  })
})

describe('a run that fails', () => {
  test('the engine killed in the middle: says so, finished images are there', async () => {
    const { code, stdout, stderr } = await generate('killed', 'b', '--seed', '1', '--trace', 'trace')
    expect(code).toBe(1)
    expect(stdout).toBe('reprise-out/00001-1.png\n')
    expect(stderr).toMatch(
      /^reprise: the engine process was killed .* 1 of 2 images are in "reprise-out" \(engine-died\)\n$/,
    )
    expect(await images()).toEqual(['00001-1.png'])
    expect(await readdir(root())).toEqual(['reprise-out'])
  })

  test('a refused request leaves nothing behind', async () => {
    const { code, stderr } = await generate('refuse', '--out', 'a/b')
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'reprise: no such model (model-not-found)\n' })
    expect(await readdir(root())).toEqual([])
  })

  test('stack traces are for those who ask', async () => {
    const quiet = await generate('throw slow')
    expect(quiet.code).toBe(1)
    expect(quiet.stderr.trim().split('\n')).toHaveLength(1)
    const { stderr } = await reprise(['generate', 'throw slow'], { debug: true })
    expect(stderr).toContain('    at ')
  })
})

describe('what is wrong is said before anything runs', () => {
  test.each<[args: string, code: number, message: RegExp]>([
    ['', 2, /prompt-missing/],
    ['a --seed -1', 2, /seed-out-of-range/],
    ['a --seed 1 --seed 2', 2, /2 seeds for 1 image.*seed-count-mismatch/],
    ['a --steps 0', 2, /steps-out-of-range/],
    ['a --strength 0.5', 2, /--image.*invalid-argument/],
    ['a --resize-mode fill', 2, /--image.*invalid-argument/],
    ['a --image here.png --strength 0', 2, /strength-out-of-range/],
    ['a --image nothing.png', 1, /image-not-found/],
    ['a --image .', 1, /image-invalid/],
    ['a b --image here.png --image here.png --image here.png', 2, /2 prompts and 3 input images.*input-count-mismatch/],
    ['a --prompts nothing.txt', 2, /prompt-file-invalid/],
    ['a --scheduler foo', 2, /ddim, pndm, euler, euler_a, dpmpp_2m.*invalid-argument/],
    ['a --sed 1', 2, /Did you mean --seed\?.*--images-per-prompt.*invalid-argument/],
    ['a --seed', 2, /argument missing.*invalid-argument/],
    ['a --images-per-prompt 1000000', 2, /invalid-argument/],
    ['a --out here.png', 1, /output-not-writable/],
    ['a --out ""', 2, /--out is empty.*invalid-argument/],
    ['a --model ""', 2, /--model is empty.*invalid-argument/],
    ['a --image ""', 2, /--image is empty.*invalid-argument/],
    ['a --trace nowhere/trace', 1, /output-not-writable/],
  ])('generate %s', async (args, code, message) => {
    await writeFile(join(root(), 'here.png'), 'not read before the engine')
    const words = args.split(' ').filter((arg) => arg !== '')
    const outcome = await generate(...words.map((word) => (word === '""' ? '' : word)))
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(await readdir(root())).toEqual(['here.png'])
  })

  test('control characters of an argument do not reach the terminal', async () => {
    const { stderr } = await generate('a', '--image', '\u001b[31mred\u202e')
    expect(stderr).toContain('image-not-found')
    expect(stderr).not.toContain('\u001b')
    expect(stderr).not.toContain('\u202e')
  })
})

describe('a model of its own', () => {
  const models = async (): Promise<unknown[]> => (await json('models', 'list')).map(({ path }) => path)
  const own = (): string => join(root(), 'many', 'own')
  /** Makes an image with it. */
  const use = (...args: string[]): Promise<Outcome> => generate('a', '--seed', '7', '--model', 'many/own', ...args)

  test('is in the list afterwards, alone of its folder: what it made can be made again at once', async () => {
    for (const name of ['own', 'other']) {
      await mkdir(join(root(), 'many', name), { recursive: true })
      await writeFile(join(root(), 'many', name, 'model_index.json'), '{}')
    }
    expect((await use('--no-history')).code).toBe(0)
    expect(await models()).not.toContain(own())

    expect(await use()).toMatchObject({ code: 0, stderr: '' })
    const listed = await models()
    expect(listed).toHaveLength(2)
    expect(listed).toContain(own())
    expect(await reprise(['reproduce', '--last'])).toMatchObject({ code: 0, stderr: '' })
    await use()
    expect(await models()).toEqual(listed)
    // a look through all folders finds it where it is
    expect((await json('models', 'scan')).find(({ path }) => path === own())).toMatchObject({ architecture: 'fake' })

    expect((await reprise(['models', 'remove', 'many/own'])).code).toBe(0)
    expect(await models()).not.toContain(own())
  })
})

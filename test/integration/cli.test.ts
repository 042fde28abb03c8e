/** The command as people run it, with the real engine on tiny models with random weights. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readTensorFile } from '#engine/weights/read-tensor.ts'

const MAIN = join(import.meta.dirname, '../../electron/cli/main.ts')
const FIXTURES = join(import.meta.dirname, '../fixtures/pipelines')
const MODEL = join(FIXTURES, 'models/sd1')
const PHOTO = join(FIXTURES, 'inputs/a.png')

let folder: string
/** Where commands run. */
let root: string
/** Never the history of whoever runs the tests. */
let env: NodeJS.ProcessEnv
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-run-'))
  root = join(folder, 'work')
  await mkdir(root)
  env = { ...process.env, REPRISE_DATA_DIR: join(folder, 'data') }
})
afterEach(() => rm(folder, { recursive: true }))

interface Outcome {
  code: number
  stdout: string
  stderr: string
}

function reprise(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

interface Line {
  path: string
  prompt: string
  pixelHash: string
  settings: Record<string, unknown>
}
const lines = ({ stdout }: Outcome): Line[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

const pixelsOf = (path: string): Promise<Buffer> => sharp(path).raw().toBuffer()

describe('generate', () => {
  test('text to image: files, JSON and trace say the same', async () => {
    const run = await reprise(
      ...['generate', 'a red house', 'a lake', '--model', MODEL, '--steps', '3', '--seed', '18446744073709551614'],
      ...['--width', '40', '--height', '24', '--json', '--trace', 'trace.safetensors'],
    )
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('"seed":18446744073709551614,')
    const found = lines(run)
    expect(found.map(({ path }) => basename(path))).toEqual([
      '00001-18446744073709551614.png',
      '00002-18446744073709551615.png',
    ])
    const trace = await readTensorFile(join(root, 'trace.safetensors'))
    expect([...trace.keys()].at(-1)).toBe('image')
    const { shape, data } = trace.get('image')!
    expect(shape).toEqual([2, 3, 24, 40])

    for (const [index, { path, pixelHash }] of found.entries()) {
      const pixels = await pixelsOf(path)
      expect(createHash('sha256').update(pixels).digest('hex')).toBe(pixelHash)
      const planes = data.subarray(index * pixels.length, (index + 1) * pixels.length)
      const rounded = Array.from(pixels, (_, at) => Math.round(planes[(at % 3) * 960 + Math.floor(at / 3)] * 255))
      expect(rounded).toEqual([...pixels])
    }
  })

  test('the same image, alone and with other threads', async () => {
    const common = ['generate', '--model', MODEL, '--steps', '2', '--json']
    const many = lines(await reprise(...common, 'a', 'b', 'c', '--seed', '1', '--threads', '2'))
    const [one] = lines(await reprise(...common, 'c', '--seed', '3', '--threads', '1', '--max-memory', '1G'))
    expect(one.pixelHash).toBe(many[2].pixelHash)
    expect(await pixelsOf(one.path)).toEqual(await pixelsOf(many[2].path))
  })

  test('image to image: every prompt on the one input', async () => {
    const run = await reprise(
      ...['generate', 'a', 'b', '--image', PHOTO, '--strength', '0.5', '--steps', '4', '--seed', '1'],
      ...['--model', MODEL, '--json'],
    )
    expect(run.code).toBe(0)
    const inputImageHash = createHash('sha256')
      .update(await readFile(PHOTO))
      .digest('hex')
    for (const { settings } of lines(run)) {
      expect(settings).toMatchObject({ kind: 'image-to-image', strength: 0.5, inputImageHash })
    }
    // kept with the history: the images can be made again when the photo is gone
    expect(await readdir(join(folder, 'data/inputs'))).toEqual([`${inputImageHash}.png`])
  })

  test('a prompt that is too long is cut, with a warning', async () => {
    const { code, stderr } = await reprise('generate', 'house '.repeat(100), '--model', MODEL, '--steps', '1')
    expect(code).toBe(0)
    expect(stderr).toMatch(/^reprise: warning: .*77 tokens/)
  })

  test.skipIf(process.platform !== 'linux')('the engine killed in the middle', async () => {
    const args = [MAIN, 'generate', 'a', 'b', '--model', MODEL, '--steps', '300', '--seed', '1']
    const run = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    run.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const exit = new Promise((resolve) => run.on('close', resolve))
    const out = join(root, 'reprise-out')
    while (!(await readdir(out).catch((): string[] => [])).includes('00001-1.png')) await wait(20)
    const children = await readFile(`/proc/${run.pid!}/task/${run.pid!}/children`, 'utf8')
    process.kill(Number(children), 'SIGKILL')
    expect(await exit).toBe(1)
    expect(stderr).toMatch(/^reprise: .*SIGKILL.*; 1 of 2 images are in "reprise-out" \(engine-died\)\n$/)
    expect(await readdir(out)).toEqual(['00001-1.png'])
  })

  test.each<[args: string[], code: number, message: RegExp]>([
    [['--model', 'nowhere'], 1, /model-not-found/],
    [['--width', '41'], 2, /40 or 44.*size-not-divisible/],
    [['--steps', '1001'], 2, /1 to 1000.*steps-out-of-range/],
    [['--image', 'text.png'], 1, /image-invalid/],
    [['--image', PHOTO, '--strength', '0.01', '--steps', '4'], 2, /strength-out-of-range/],
    [['--scheduler', 'ddim', '--sigmas', 'karras'], 2, /euler.*invalid-argument/],
    [['--max-memory', '10M'], 1, /memory-limit-too-small/],
  ])('refuses %j', async (args, code, message) => {
    await writeFile(join(root, 'text.png'), 'this is text')
    const outcome = await reprise('generate', 'a', '--model', MODEL, ...args)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(await readdir(root)).toEqual(['text.png'])
  })
})

describe('models inspect', () => {
  test('says what is in a folder', async () => {
    const { code, stdout } = await reprise('models', 'inspect', MODEL)
    expect(code).toBe(0)
    expect(stdout).toMatch(/unet +UNet2DConditionModel +[\d.]+ k +F32 +[\d.]+ kB/)
    expect(stdout).toMatch(/Nothing is missing\.\n$/)
    const json = await reprise('models', 'inspect', MODEL, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'sd1', problems: [] })
  })

  test('says all that is missing, and exits 1', async () => {
    await cp(MODEL, join(root, 'broken'), { recursive: true })
    await rm(join(root, 'broken/vae/config.json'))
    await rm(join(root, 'broken/tokenizer'), { recursive: true })
    const { code, stdout } = await reprise('models', 'inspect', 'broken')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /Missing or wrong:\n {2}vae: .*config\.json.*\n {2}.*tokenizer.*\(model-component-missing\)\n$/,
    )
  })

  test('what is no model folder is refused', async () => {
    const { code, stderr } = await reprise('models', 'inspect', '.')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^reprise: .*\(model-not-found\)\n$/)
  })
})

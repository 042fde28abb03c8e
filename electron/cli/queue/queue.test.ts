/** `reprise queue`: commands beside each other on one data folder, and the run that does the work. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cleanUp, openTemporary } from '../../db/testing/studio-folder.ts'
import { cliFixture, collect, jsonLines, type Outcome } from '../testing/cli-fixture.ts'

const fixture = cliFixture()
const { reprise, json } = fixture
const queue = (...args: string[]): Promise<Outcome> => reprise(['queue', ...args])
const add = async (...args: string[]): Promise<number> => Number((await json('queue', 'add', ...args))[0].id)
const waiting = async (): Promise<unknown[]> => (await json('queue', 'list')).map(({ id }) => id)

afterEach(cleanUp)

describe('add', () => {
  test('prompts, seeds and settings are in the job', async () => {
    await writeFile(join(fixture.workingDir, 'list.txt'), 'second\n')
    const options = [
      '--images-per-prompt',
      '2',
      '--seed',
      '18446744073709551612',
      '--scheduler',
      'euler',
      '--steps',
      '5',
    ]
    const [job] = await json('queue', 'add', 'first', '--prompts', 'list.txt', '--negative', 'fog', ...options)
    expect(job).toMatchObject({
      state: 'queued',
      title: 'first',
      itemCounts: { queued: 4 },
      settings: { scheduler: 'euler', numInferenceSteps: 5 },
    })
    expect(job.createdAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    const { stdout } = await queue('show', String(job.id), '--json')
    expect(stdout).toContain('"seed":18446744073709551615,')
    expect(
      jsonLines(stdout)
        .slice(1)
        .map(({ prompt }) => prompt),
    ).toEqual(['first', 'first', 'second', 'second'])
  })

  test('a folder becomes a model once', async () => {
    await writeFile(join(fixture.workingDir, 'model_index.json'), '{}')
    const models = async (): Promise<unknown[]> => (await json('models', 'list')).map(({ name }) => name)
    const first = (await json('queue', 'add', 'a', '--model', '.'))[0]
    const second = (await json('queue', 'add', 'a', '--model', '.'))[0]
    expect(second.modelId).toBe(first.modelId)
    expect(await models()).toContain('work')
  })

  test.each<[args: string, code: number, message: RegExp]>([
    ['', 2, /prompt-missing/],
    ['a --seed x', 2, /invalid-argument/],
    ['a --strength 0.5', 2, /--image.*invalid-argument/],
    ['a --model nowhere', 1, /model-not-found/],
    ['a --model .', 1, /model_index\.json.*model-not-found/],
    ['a --image text.png', 1, /image-invalid/],
    ['a --out x', 2, /unknown option.*--front/],
  ])('refuses %s', async (args, code, message) => {
    await writeFile(join(fixture.workingDir, 'text.png'), 'no image')
    const outcome = await queue('add', ...args.split(' ').filter((arg) => arg !== ''))
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1)
    expect(outcome).toMatchObject({ code, stdout: '' })
  })
})

describe('order and states', () => {
  test('front, move and --front', async () => {
    const [a, b] = [await add('a'), await add('b')]
    const c = await add('c', '--front')
    expect(await waiting()).toEqual([c, a, b])
    await queue('front', `${b}`)
    expect(await waiting()).toEqual([b, c, a])
    await queue('move', `${b}`, '--before', `${a}`)
    expect(await waiting()).toEqual([c, b, a])
    await queue('move', `${c}`, '--to-end')
    expect(await waiting()).toEqual([b, a, c])
    expect(await queue('move', `${c}`)).toMatchObject({ code: 2 })
    expect(await queue('move', `${c}`, '--to-end', '--before', `${a}`)).toMatchObject({ code: 2 })
  })

  test('pause and resume, of a job and of all', async () => {
    const id = await add('a')
    expect(await json('queue', 'pause', `${id}`)).toMatchObject([{ id, state: 'paused' }])
    expect(await json('queue', 'resume', `${id}`)).toMatchObject([{ id, state: 'queued' }])
    expect(await json('queue', 'pause', '--now')).toEqual([{ isPaused: true, pauseReason: null }])
    expect((await queue('list')).stdout).toMatch(/^The queue is paused\. To go on: reprise queue resume\n/)
    expect(await queue('resume')).toMatchObject({ code: 0, stdout: 'the queue goes on\n' })
  })

  test('cancel, retry, duplicate, remove', async () => {
    const id = await add('a', 'b', '--seed', '1')
    const [, item] = await json('queue', 'show', `${id}`)
    await queue('cancel-item', `${Number(item.id)}`)
    expect((await json('queue', 'show', `${id}`))[0]).toMatchObject({ itemCounts: { cancelled: 1, queued: 1 } })
    expect(await json('queue', 'cancel', `${id}`)).toMatchObject([{ state: 'cancelled', itemCounts: { cancelled: 2 } }])
    expect(await json('queue', 'retry', `${id}`)).toMatchObject([{ state: 'queued', retriedCount: 2 }])

    const seedsOf = async (args: string[]): Promise<unknown[]> => {
      const [copy] = await json('queue', 'duplicate', `${id}`, ...args)
      return (await json('queue', 'show', `${Number(copy.id)}`)).slice(1).map(({ seed }) => seed)
    }
    expect(await seedsOf([])).toEqual([1, 2])
    expect(await seedsOf(['--new-seeds'])).not.toEqual([1, 2])

    expect(await queue('remove', `${id}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('state-conflict') as string,
    })
    await queue('cancel', `${id}`)
    expect(await queue('remove', `${id}`)).toMatchObject({ code: 0, stdout: `job ${id} is off the list\n` })
    expect(await queue('show', `${id}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not-found') as string,
    })
  })

  test.each(['show x', 'show', 'cancel 0', 'front 1 2', 'pause 99999'])('refuses %s', async (args) => {
    const { code, stdout, stderr } = await queue(...args.split(' '))
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 })
  })
})

describe('list', () => {
  test('a table within the terminal, and nothing that moves its cursor', async () => {
    await add(`\u001b[2J${'mountains at sunset '.repeat(20)}`)
    const { stream, text } = collect()
    await reprise(['queue', 'list'], { stdout: Object.assign(stream, { isTTY: true, columns: 60 }) })
    const lines = text().trim().split('\n')
    expect(lines[0]).toMatch(/^job +state +images/)
    expect(lines[1]).toMatch(/queued +0\/1/)
    expect(Math.max(...lines.slice(0, 2).map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(text()).not.toContain('\u001b')
  })

  test('empty, it says how to begin', async () => {
    expect((await queue('list')).stdout).toMatch(/^Nothing waits\. .*reprise queue add/)
    expect(await queue('list', '--json')).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('run', () => {
  test('makes what waits, prints it, and ends', async () => {
    await add('a', 'b', '--seed', '5')
    const { code, stdout, stderr } = await queue('run', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const images = jsonLines(stdout)
    expect(images.map(({ seed }) => seed)).toEqual([5, 6])
    const files = await readdir(join(fixture.dataDir, 'images'), { recursive: true })
    for (const { path } of images) expect(files.some((file) => String(path).endsWith(file))).toBe(true)
    expect((await json('queue', 'list'))[0]).toMatchObject({ state: 'done', itemCounts: { done: 2 } })
  })

  test('what the engine warns of is told while it runs, and by `show` afterwards', async () => {
    const job = await add('warn me')
    expect((await queue('run')).stderr).toContain('warning: job')
    expect((await queue('show', String(job))).stdout).toContain('warning: the prompt was cut after 77 tokens\n')
    expect((await json('queue', 'show', String(job)))[0]).toMatchObject({
      warnings: ['the prompt was cut after 77 tokens'],
    })
  })

  test('nothing to do: ends at once', async () => {
    expect(await queue('run')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('what failed is told once and makes the exit code', async () => {
    await add('refuse', 'b')
    const { code, stdout, stderr } = await queue('run')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^reprise: job \d+: no such model \(model-not-found\)\nreprise: 2 images failed; .*\n$/)
  })

  test('a paused queue is not run, and that is said', async () => {
    await add('a')
    await queue('pause')
    const { code, stderr } = await queue('run')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'reprise: the queue is paused; to go on: reprise queue resume\n',
    })
  })

  test('a paused job is left alone', async () => {
    await queue('pause', `${await add('a')}`)
    const { code, stderr } = await queue('run')
    expect(code).toBe(0)
    expect(stderr).toMatch(/1 job paused/)
  })

  test('a studio that runs keeps the queue to itself', async () => {
    openTemporary({ dataDir: fixture.dataDir, role: 'owner' })
    const { code, stderr } = await queue('run')
    expect(code).toBe(1)
    expect(stderr).toMatch(/data folder .*, process \d+: it makes what waits.*\(data-folder-busy\)\n$/)
  })
})

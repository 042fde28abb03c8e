/** `reprise history`: what `reprise generate` recorded, found, marked and taken out. */
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/open-database.ts'
import { sampleImage } from '../../db/testing/studio-folder.ts'
import { cliFixture, collect, jsonLines, type Outcome } from '../testing/cli-fixture.ts'
import { saveImage } from '../testing/save-image.ts'

const fixture = cliFixture()
const { reprise, json } = fixture
const history = (...args: string[]): Promise<Outcome> => reprise(['history', ...args])
const list = (...args: string[]): Promise<Record<string, unknown>[]> => json('history', 'list', ...args)
/** @returns its id */
async function saved(changes: Parameters<typeof saveImage>[1] = {}): Promise<string> {
  return String((await saveImage(fixture.dataDir, changes)).id)
}

describe('list', () => {
  test('--json: a line for each image, seeds exact', async () => {
    const [generated] = await json('generate', 'a lake', '--negative', 'fog', '--seed', '18446744073709551615')
    const { stdout } = await history('list', '--json')
    expect(stdout).toContain('"seed":18446744073709551615,"width":8')
    const [line] = jsonLines(stdout)
    expect(line).toMatchObject({
      id: generated.id,
      prompt: 'a lake',
      negativePrompt: 'fog',
      pixelHash: generated.pixelHash,
      width: 8,
      height: 8,
      model: 'fake',
      settings: generated.settings,
    })
    expect(line.path).toMatch(/data\/images\/\d{4}-\d\d-\d\d\/run-\d{8}T\d{6}Z-0001-18446744073709551615\.png$/)
    expect(Math.abs(Date.parse(String(line.createdAt)) - Date.now())).toBeLessThan(60_000)
  })

  test('filters', async () => {
    const sea = await saved({ prompt: 'the sea at night', scheduler: 'euler' })
    const hill = await saved({ prompt: 'a hill', scheduler: 'euler' })
    const town = await saved({ prompt: 'a town at night', seed: 40n })
    await history('rate', '4', sea, hill)
    await history('favourite', hill)
    await history('tag', 'Für das Buch', hill, town)
    await history('tag', 'best', hill)
    const ids = async (...args: string[]): Promise<string[]> => (await list(...args)).map(({ id }) => String(id))

    expect(await ids('--search', 'night -sea')).toEqual([town])
    expect(await ids('--scheduler', 'euler')).toEqual([hill, sea])
    expect(await ids('--seed', '40')).toEqual([town])
    expect(await ids('--rating', '4', '--sort', 'oldest')).toEqual([sea, hill])
    expect(await ids('--favourite')).toEqual([hill])
    expect(await ids('--tag', 'für das buch')).toEqual([town, hill])
    expect(await ids('--tag', 'Für das Buch', '--tag', 'BEST')).toEqual([hill])
    expect(await ids('--model', 'fake', '--limit', '2')).toEqual([town, hill])
    expect(await ids('--model', 'ab'.repeat(32))).toEqual([town, hill, sea])
    expect(await ids('--model', 'abababab')).toHaveLength(3)
    expect(await ids('--model', 'other')).toEqual([])
    expect(await ids('--size', '8x8', '--kind', 'text-to-image', '--limit', '1')).toEqual([town])
    expect(await ids('--size', '8x9')).toEqual([])
    expect(await ids('--after', '2020-01-01', '--before', '2020-01-02')).toEqual([])
    expect(await ids('--after', new Date(Date.now() - 3_600_000).toISOString())).toHaveLength(3)
  })

  test('a table that fits, and nothing that moves its cursor', async () => {
    await saved({ prompt: `\u001b[31mred\u202e ${'漢字'.repeat(30)}` })
    const { stream, text } = collect()
    await reprise(['history', 'list'], { stdout: Object.assign(stream, { isTTY: true, columns: 100 }) })
    const [header, row] = text().split('\n')
    expect(header).toMatch(/^id +made +size +seed/)
    expect(row).toMatch(/^\d+ +\d{4}-\d\d-\d\d \d\d:\d\d +8×8 .*…$/)
    expect(row.length).toBeLessThan(100)
    expect(text()).not.toContain('\u001b')
    expect(text()).not.toContain('\u202e')
  })

  test('all of them, over several pages', async () => {
    const db = openDatabase(fixture.dataDir, { role: 'guest' })
    db.transaction((write) => {
      for (let seed = 1n; seed <= 520n; seed++) write.images.add(sampleImage({ seed }))
    })
    db.close()
    const found = await list('--limit', '0', '--sort', 'oldest')
    expect(found.map(({ seed }) => seed)).toEqual(Array.from({ length: 520 }, (_, at) => at + 1))
  })

  test.each<[args: string, code: number, message: RegExp]>([
    ['--tag nothing', 2, /no tag "nothing".*not-found/],
    ['--collection nothing', 2, /no collection "nothing".*not-found/],
    ['--size 8', 2, /512x768.*invalid-argument/],
    ['--after yesterday', 2, /2026-11-21.*invalid-argument/],
    ['--before 2026-02-30', 2, /invalid-argument/],
    ['--rating 6', 2, /0 to 5.*invalid-argument/],
    ['--sort best', 2, /newest, oldest, rating.*invalid-argument/],
  ])('refuses %s', async (args, code, message) => {
    const outcome = await history('list', ...args.split(' '))
    expect(outcome.stderr).toMatch(message)
    expect(outcome).toMatchObject({ code, stdout: '' })
  })
})

describe('one image', () => {
  test('show: with tags and all settings', async () => {
    const id = await saved({ prompt: 'a lake', seed: 3n })
    await history('tag', 'wet', id)
    expect((await json('history', 'show', id))[0]).toMatchObject({ prompt: 'a lake', tags: ['wet'], verdicts: [] })
    const { stdout } = await history('show', id)
    expect(stdout).toMatch(/^prompt +a lake$/m)
    expect(stdout).toMatch(/^tags +wet$/m)
    expect(await history('show', '1')).toMatchObject({ code: 2, stdout: '' })
  })

  test('marks come and go', async () => {
    const id = await saved()
    expect((await history('favourite', id)).stdout).toBe('1 image: favourite\n')
    await history('favourite', id, '--off')
    await history('tag', 'x', id)
    await history('untag', 'X', id)
    expect((await json('history', 'show', id))[0]).toMatchObject({ favourite: false, tags: [] })
    expect(await history('untag', 'never', id)).toMatchObject({ code: 2 })
    expect(await history('rate', '9', id)).toMatchObject({ code: 2 })
  })

  test('trash, restore, delete for good', async () => {
    const [id, other] = [await saved(), await saved()]
    await history('trash', id, other)
    expect(await list()).toEqual([])
    await history('restore', other)
    expect((await list('--trashed')).map((line) => String(line.id))).toEqual([id])

    expect(await history('delete', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') as string })
    expect(await history('delete', other, '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('state-conflict') as string,
    })
    expect(await history('delete', id, '--yes')).toMatchObject({ code: 0, stdout: '1 image: deleted for good\n' })
    expect(await list('--trashed')).toEqual([])
    const files = await readdir(join(fixture.dataDir, 'images'), { recursive: true })
    expect(files.filter((name) => name.endsWith('.png'))).toHaveLength(1)
  })
})

describe('export', () => {
  test('files of another format, named on standard output', async () => {
    const id = await saved({ prompt: 'a lake', seed: 3n })
    const [{ path }] = await json('history', 'export', id, '--to', 'out', '--format', 'webp', '--no-settings')
    expect(await readdir(join(fixture.workingDir, 'out'))).toEqual([String(path).split('/').at(-1)])
    expect(path).toMatch(/\.webp$/)
  })

  test('what could not be exported is named, the rest is there', async () => {
    const id = await saved()
    const { code, stdout, stderr } = await history('export', '1', id, '--to', 'out')
    expect(code).toBe(2)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/^reprise: image 1 was not exported: .*\nreprise: 1 image of 2 could not be exported/)
    expect(await history('export', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('--to') as string })
  })
})

describe('import', () => {
  const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/metadata')

  test('brings images of ours back, once, and with --only-own leaves others alone', async () => {
    const [generated] = await json('generate', 'a lake', '--seed', '18446744073709551615', '--no-history')
    const out = dirname(String(generated.path))
    await copyFile(join(FIXTURES, 'comfyui.png'), join(out, 'other.png'))
    const first = await history('import', out, '--only-own', '--json')
    expect(first.code).toBe(0)
    expect(jsonLines(first.stdout).map(({ outcome }) => outcome)).toEqual(['added', 'foreign'])
    expect(await list()).toMatchObject([{ prompt: 'a lake', origin: 'reprise', pixelHash: generated.pixelHash }])
    const { stderr } = await history('import', out, '--only-own')
    expect(stderr).toContain('0 images added, 1 known already, 1 not made by Reprise')
  })

  test('brings images of other programs in, from files and folders, and sums up whose they are', async () => {
    const folder = join(fixture.workingDir, 'outputs')
    await mkdir(folder)
    for (const name of ['a1111.png', 'a1111-2022.png', 'invokeai.png']) {
      await copyFile(join(FIXTURES, name), join(folder, name))
    }
    const first = await history('import', 'outputs', join(FIXTURES, 'comfyui.webp'))
    expect(first.stdout.trim().split('\n')).toHaveLength(4)
    expect(first.stderr).toContain('4 images added (AUTOMATIC1111 2, ComfyUI 1, InvokeAI 1), 0 known already\n')
    const second = await history('import', 'outputs', '--json')
    expect(jsonLines(second.stdout)).toMatchObject([
      { outcome: 'known', origin: 'a1111' },
      { outcome: 'known', origin: 'a1111' },
      { outcome: 'known', origin: 'invokeai' },
    ])
    expect((await list('--origin', 'other')).length).toBe(4)
    const [comfy, ...others] = await list('--origin', 'comfyui')
    expect(others).toEqual([])
    expect(comfy).toMatchObject({
      origin: 'comfyui',
      durationMs: null,
      path: expect.stringMatching(/\.webp$/) as string,
    })

    const { stdout: table } = await history('list', '--origin', 'comfyui')
    expect(table).toContain('~')
    const { stdout: shown } = await history('show', String(comfy.id))
    expect(shown).toMatch(/^from +ComfyUI/m)
    expect(shown).toMatch(/^sampler +\S+ \(nearly: /m)
    const [told] = await json('history', 'show', String(comfy.id))
    expect(told).toMatchObject({ read: { source: 'comfyui', fields: { prompt: { fidelity: 'exact' } } } })

    const again = await reprise(['reproduce', String(comfy.id)])
    expect(again.code).toBe(2)
    expect(again.stderr).toMatch(/was made by another program, not by Reprise, .*: send its settings to Batch/)
    expect(told).toMatchObject({ verdicts: [] })
    expect((await reprise(['reproduce', '--last'])).stderr).toContain('there is no image yet')
  })

  test('what is no image, or not there, is named, and the others are taken', async () => {
    await writeFile(join(fixture.workingDir, 'text.png'), 'of somebody else')
    const { code, stderr } = await history('import', '.')
    expect(code).toBe(1)
    expect(stderr).toContain('text.png: this is no image; the history keeps PNG, JPEG and WebP (image-invalid)')
    const nowhere = await history('import', join(FIXTURES, 'a1111.png'), '/nowhere')
    expect(nowhere.code).toBe(1)
    expect(nowhere.stderr).toContain('(image-not-found)')
    expect(await list()).toHaveLength(1)
  })
})

test('stats', async () => {
  await saved()
  await saved()
  expect((await json('history', 'stats'))[0]).toMatchObject({ imageCount: 2, sizes: [{ imageCount: 2 }] })
  expect((await history('stats')).stdout).toMatch(/^images +2, /)
})

test('an unknown command names those there are', async () => {
  const { code, stderr } = await history('remove', '1')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^reprise: unknown command 'remove'.*list, show, .*delete.*\(invalid-argument\)\n$/)
})

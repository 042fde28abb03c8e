import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { InputView } from '#shared/contract/inputs.ts'
import type { ReadView } from '#shared/contract/metadata.ts'
import { AppError } from '#shared/errors.ts'
import { ImageToImageDraft, MAX_PAIRS } from './image-to-image-draft.svelte.ts'
import type { MadeWith } from './made-with.ts'
import type { Source } from './take-pictures.ts'

const NONE: ReadView = { source: 'unknown', fields: {}, notUnderstood: [], raw: '', leftOut: [] }

const { uploads, upload } = vi.hoisted(() => {
  const uploads: string[] = []
  /** The studio's answer: the hash is the file's text. */
  const upload = async (file: Blob): Promise<InputView> => {
    const text = await file.text()
    uploads.push(text)
    if (text === 'broken') throw new AppError('image-invalid', 'no picture')
    return { hash: text.padEnd(64, '0'), sizeBytes: 3, widthPx: 128, heightPx: 64, createdAtMs: 1 }
  }
  return { uploads, upload }
})
vi.mock('#renderer/api/studio-api.ts', () => ({
  uploadInput: upload,
  inputUrl: (hash: string) => `./inputs/${hash}`,
  imageUrl: (id: number) => `./images/${id}`,
}))

let draft: ImageToImageDraft

function source(text: string, made?: MadeWith): Source {
  return { name: `${text}.png`, made, read: () => Promise.resolve(new Blob([text])) }
}
const made = (prompt: string): MadeWith => ({ prompt, negativePrompt: '', seed: '3', notUnderstood: [] })

beforeEach(() => {
  uploads.length = 0
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(new Response('bytes'))),
  )
  draft = new ImageToImageDraft(() => Promise.resolve(NONE))
  flushSync()
})
afterEach(() => {
  vi.unstubAllGlobals()
})
const names = (): string[] => draft.form.pairs.map(({ name }) => name)

test('pictures come one after another; what cannot be taken is named, and stops no other', async () => {
  await draft.take(['aa', 'broken', 'bb'].map((text) => source(text)))
  expect(names()).toEqual(['aa.png', 'bb.png'])
  expect(draft.failures.map(({ name, error }) => [name, error.code])).toEqual([['broken.png', 'image-invalid']])
  expect([draft.reading, draft.shown?.name]).toEqual([0, 'aa.png'])
})

test('no more of those on their way: what is there stays', async () => {
  const taking = draft.take(['aa', 'bb', 'cc'].map((text) => source(text)))
  draft.stopTaking()
  await taking
  expect([names(), draft.reading, uploads.length]).toEqual([[], 0, 1])
})

test("a picture's prompt becomes that of all; another one with another prompt keeps its own", async () => {
  await draft.take([source('aa', made('a fox')), source('bb')])
  expect([draft.form.prompt, draft.form.promptFor]).toEqual(['a fox', 'all'])
  await draft.take([source('cc', made('a hen'))])
  expect([draft.form.prompt, draft.form.promptFor]).toEqual(['a fox', 'made'])
})

test('what somebody wrote is not replaced by what pictures carry', async () => {
  draft.form.prompt = 'in oil'
  await draft.take([source('aa', made('a fox')), source('bb', made('a hen'))])
  expect([draft.form.prompt, draft.form.promptFor]).toEqual(['in oil', 'all'])
})

test('pictures that were taken elsewhere are asked for what they were made with', async () => {
  const fields: ReadView['fields'] = { prompt: { fidelity: 'exact', value: 'a barn' } }
  draft = new ImageToImageDraft(() => Promise.resolve({ ...NONE, fields }))
  draft.add([{ hash: 'a'.repeat(64), name: 'opened.png', widthPx: 8, heightPx: 8 }])
  await vi.waitFor(() => {
    expect(draft.form.pairs[0].made).toMatchObject({ prompt: 'a barn' })
  })
})

test('settings that cannot be read are no reason to refuse a picture', async () => {
  draft = new ImageToImageDraft(() => Promise.reject(new Error('no')))
  await draft.take([source('aa')])
  expect(draft.form.pairs[0].made).toBeNull()
})

test('removed ones come back to their place, all at once too', async () => {
  await draft.take(['aa', 'bb', 'cc'].map((text) => source(text)))
  const putBack = draft.remove(draft.form.pairs[1])
  expect(names()).toEqual(['aa.png', 'cc.png'])
  putBack()
  expect(names()).toEqual(['aa.png', 'bb.png', 'cc.png'])
  const putAllBack = draft.clear()
  expect(names()).toEqual([])
  putAllBack()
  expect(names()).toEqual(['aa.png', 'bb.png', 'cc.png'])
})

test('what comes back is another than what came meanwhile', async () => {
  await draft.take(['aa', 'bb'].map((text) => source(text)))
  const putBack = draft.remove(draft.form.pairs[1])
  await draft.take([source('cc')])
  putBack()
  const putAllBack = draft.clear()
  await draft.take([source('dd')])
  putAllBack()
  expect(names()).toEqual(['aa.png', 'bb.png', 'cc.png', 'dd.png'])
  expect(new Set(draft.form.pairs.map(({ key }) => key)).size).toBe(4)
})

test('more pictures than are kept are named, not swallowed', () => {
  const pictures = Array.from({ length: MAX_PAIRS + 1 }, (_, n) => ({
    hash: String(n).padStart(64, '0'),
    name: `${n}.png`,
    widthPx: 8,
    heightPx: 8,
    made: null,
  }))
  draft.add(pictures)
  expect(draft.form.pairs).toHaveLength(MAX_PAIRS)
  expect(draft.failures.map(({ name }) => name)).toEqual([`${MAX_PAIRS}.png`])
})

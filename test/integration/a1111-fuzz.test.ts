/** A1111's API with bodies of any kind at each address: understood or refused, never a failure of the server's own. */
import fc from 'fast-check'
import { userInfo } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BASIC, serveA1111, TOKEN, type ServedA1111 } from './serve-a1111.ts'

let served: ServedA1111
let paths: Record<string, Record<string, { requestBody?: unknown }>>
beforeAll(async () => {
  served = await serveA1111()
  ;({ paths } = (await (await fetch(`${served.server.url}openapi.json`, { headers: BASIC })).json()) as {
    paths: typeof paths
  })
})
afterAll(() => served.close())

interface Sent {
  readonly method: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly type?: string
  readonly query?: string
}

async function send(path: string, { method, body, type, query = '' }: Sent): Promise<{ status: number; text: string }> {
  const response = await fetch(`${served.server.url}${path.slice(1)}${query}`, {
    method,
    headers: { ...BASIC, ...(type !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  })
  return { status: response.status, text: await response.text() }
}

/** Nothing of the machine, of its owner or of the way in leaves in an answer. */
function expectSound({ status, text }: { status: number; text: string }): void {
  expect(status).not.toBe(500)
  expect(text).not.toContain(served.dataDir)
  expect(text).not.toContain(TOKEN)
  expect(text).not.toContain(`/${userInfo().username}/`)
  if (text !== '') expect(() => JSON.parse(text) as unknown).not.toThrow()
}

const FIELDS = [
  'prompt', 'negative_prompt', 'seed', 'sampler_name', 'sampler_index', 'scheduler', 'batch_size', 'n_iter', 'steps',
  'cfg_scale', 'width', 'height', 'denoising_strength', 'send_images', 'override_settings', 'styles', 'subseed',
  'subseed_strength', 'alwayson_scripts', 'script_name', 'init_images', 'resize_mode', 'mask', 'image', 'infotext',
  'sd_model_checkpoint', 'sd_vae', 'args', 'enable_hr', 'eta', 'clip_skip', 'force_task_id', 'toString', 'constructor',
] // prettier-ignore
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(null, true, -1, 0, 1, 2, 8, 0.5, 1e308, '', '1', 'Euler a', 'x', [], {}),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>('data:image/png;base64,iVBORw0KGgo=', ['A==='], 'http://x/', ['\u0000']),
  },
)
const object = fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), value, { maxKeys: 5 })
const body = fc.oneof(
  { weight: 6, arbitrary: object.map((fields) => JSON.stringify(fields)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)) },
)
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', 'application/json; charset=x', 'multipart/form-data', 'image/png'),
  },
)

test('any body at any address is understood or refused', { timeout: 120_000 }, async () => {
  const posts = Object.keys(paths).filter((path) => 'post' in paths[path])
  expect(posts.length).toBeGreaterThan(10)
  const statuses = new Map<number, number>()
  for (const path of posts) {
    await fc.assert(
      fc.asyncProperty(body, type, async (sent, contentType) => {
        const reply = await send(path, { method: 'POST', body: sent, type: contentType })
        expectSound(reply)
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
      }),
      { numRuns: 'requestBody' in paths[path].post ? 60 : 15 },
    )
  }
  // not all of it was refused at the door
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 422]))
  expect(served.internalErrors).toEqual([])
})

test('any question at any address', { timeout: 60_000 }, async () => {
  const query = fc.oneof(
    fc.webQueryParameters().map((text) => `?${text}`),
    fc.constantFrom(
      '',
      '?skip_current_image=%00',
      '?skip_current_image=1&skip_current_image=0',
      '?a[b]=1',
      '?__proto__=1',
    ),
  )
  for (const path of Object.keys(paths).filter((each) => 'get' in paths[each])) {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        expectSound(await send(path, { method: 'GET', query: text }))
      }),
      { numRuns: 5 },
    )
  }
  expect(served.internalErrors).toEqual([])
})

test.each([
  ['options', (deep: string) => `{"a":${deep}}`],
  ['txt2img', (deep: string) => `{"override_settings":{"a":${deep}}}`],
  ['txt2img', (deep: string) => `{"alwayson_scripts":{"a":{"args":${deep}}}}`],
  ['png-info', (deep: string) => `{"image":"","a":${deep}}`],
])('%s: a body nested a hundred thousand times is refused', async (path, wrap) => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const reply = await send(`/sdapi/v1/${path}`, { method: 'POST', body: wrap(deep), type: 'application/json' })
  expectSound(reply)
  // so many brackets are too many values, before they are too many levels
  expect(reply.status).toBe(413)
})

/**
 * A1111's API over HTTP, with a real studio and an engine process that only plays the engine: what clients are told, and
 * what becomes of their requests. Bodies are those that SillyTavern and Open WebUI send.
 */
import { request as httpRequest } from 'node:http'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Studio } from '../../electron/services/studio/open-studio.ts'
import { startWebServer, type WebServer } from '../../electron/web/server.ts'
import { BASIC, ROOT, serveA1111, TOKEN, type ServedA1111 } from './serve-a1111.ts'

let served: ServedA1111
let studio: Studio
let server: WebServer
beforeAll(async () => {
  served = await serveA1111()
  ;({ studio, server } = served)
})
afterAll(() => served.close())

/** What the answers have that the tests look at. */
interface Body {
  images: string[]
  info: string
  parameters: object
  detail: { loc: (string | number)[] }[]
  progress: number
  state: { job_no: number; sampling_step: number }
  sd_model_checkpoint: string
}
interface OpenApi {
  openapi: string
  info: object
  security: Record<string, unknown>[]
  components: { securitySchemes: object }
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        summary: string
        requestBody?: { content: Record<string, { schema: z.core.JSONSchema.JSONSchema }> }
        responses: Record<string, { description: string }>
      }
    >
  >
}
interface Info {
  seed: number
  all_seeds: number[]
  infotexts: string[]
  notes: string[]
}
interface Reply {
  status: number
  body: Body
}

async function ask(path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`${server.url}${path}`, { ...init, headers: { ...BASIC, ...(init.headers as object) } })
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text) as Body }
}

function post(path: string, body?: unknown, init: RequestInit = {}): Promise<Reply> {
  return ask(`sdapi/v1/${path}`, {
    method: 'POST',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    ...init,
  })
}

const get = (path: string): Promise<Reply> => ask(`sdapi/v1/${path}`)

const infoOf = (reply: Reply): Info => JSON.parse(reply.body.info) as Info

/** As SillyTavern's browser part builds it; its server sends it on with its own address and password in it. */
const SILLY_TAVERN = {
  url: 'http://localhost:7860',
  auth: `user:${TOKEN}`,
  prompt: 'best quality, a red house',
  negative_prompt: 'lowres',
  sampler_name: 'Euler a',
  scheduler: 'normal',
  steps: 20,
  cfg_scale: 7,
  width: 512,
  height: 512,
  restore_faces: true,
  enable_hr: false,
  hr_upscaler: 'Latent',
  hr_scale: 2,
  denoising_strength: 0.7,
  hr_second_pass_steps: 0,
  override_settings: { CLIP_stop_at_last_layers: 2 },
  override_settings_restore_afterwards: true,
  clip_skip: 2,
  save_images: true,
  send_images: true,
  do_not_save_grid: false,
  do_not_save_samples: false,
}

test('SillyTavern: connects, fills its menus, makes an image that is in the history', async () => {
  expect((await get('options')).status).toBe(200)
  for (const list of ['samplers', 'schedulers', 'upscalers']) {
    expect((await get(list)).body).toContainEqual(expect.objectContaining({ name: expect.any(String) as string }))
  }
  expect((await get('latent-upscale-modes')).body).toEqual([])
  expect((await get('sd-vae')).body).toEqual([])
  expect(await get('sd-modules')).toMatchObject({ status: 404, body: { detail: 'Not Found' } })

  const reply = await post('txt2img', SILLY_TAVERN)
  expect(reply.status).toBe(200)
  const png = Buffer.from(reply.body.images[0], 'base64')
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png' })
  const info = infoOf(reply)
  expect(info.notes).toEqual([
    'restore_faces is not supported and was left out',
    'clip_skip is not supported and was left out',
  ])
  expect(info.infotexts[0]).toMatch(/^best quality, a red house\nNegative prompt: lowres\nSteps: /)
  expect(JSON.stringify(reply.body)).not.toContain(TOKEN)
  expect(reply.body.parameters).toMatchObject({ prompt: SILLY_TAVERN.prompt, steps: 20 })
  const { images } = await studio.client.history.page({ limit: 1 })
  expect(images[0]).toMatchObject({ prompt: SILLY_TAVERN.prompt, scheduler: 'euler_a', sigmas: 'default' })
  expect(Number(images[0].seed)).toBe(info.seed)

  const { body } = await post('png-info', { image: `data:image/png;base64,${png.toString('base64')}` })
  expect(body.info).toBe(info.infotexts[0])
  expect(body.parameters).toMatchObject({ Prompt: SILLY_TAVERN.prompt, Sampler: 'Euler a' })
})

test('Open WebUI: posts all options back, asks for several images without steps', async () => {
  const { body: options } = await get('options')
  const [model] = (await get('sd-models')).body as unknown as { title: string; filename: string }[]
  expect(model).toMatchObject({ model_name: 'model', filename: 'model', title: options.sd_model_checkpoint })
  expect(JSON.stringify(model)).not.toContain(ROOT)
  expect(await post('options', { ...options, something_new: [1, { a: 2 }] })).toEqual({ status: 200, body: {} })
  expect((await get('options')).body).toMatchObject({ sd_model_checkpoint: model.title, something_new: [1, { a: 2 }] })
  expect(await post('options', { sd_model_checkpoint: 'nothing.ckpt' })).toMatchObject({ status: 404 })

  // as it builds them; its "additional parameters" are put over them as they are
  const body = { prompt: 'a boat', batch_size: 2, width: 512, height: 512, negative_prompt: 'lowres' }
  expect((await post('txt2img', body)).body.images).toHaveLength(2)
  const additional = { cfg_scale: 7, sampler_name: 'DPM++ 2M', scheduler: 'Karras', n_iter: 2, seed: 40, steps: 4 }
  const reply = await post('txt2img', { ...body, ...additional })
  expect(reply.body.images).toHaveLength(4)
  expect(infoOf(reply).all_seeds).toEqual([40, 41, 42, 43])
  expect(infoOf(reply).notes).toEqual([])
})

test('img2img: base64 or a data URL, A1111 defaults; what is no image, an address or a mask is refused', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#204060' } })
    .png()
    .toBuffer()
  const image = png.toString('base64')
  const reply = await post('img2img', { prompt: 'x', init_images: [image], resize_mode: 1, sampler_index: 'ddim' })
  expect(reply.status).toBe(200)
  expect(reply.body.parameters).not.toHaveProperty('init_images')
  const [job] = await studio.client.jobs.finished({ limit: 1 })
  expect(job).toMatchObject({ kind: 'image-to-image', settings: { strength: 0.75, resizeMode: 'crop' } })
  expect(
    (await post('img2img', { init_images: [`data:image/png;base64,${image}`], send_images: false })).body.images,
  ).toEqual([])

  expect(await post('img2img', { prompt: 'x' })).toMatchObject({
    status: 404,
    body: { detail: 'Init image not found' },
  })
  expect(await post('img2img', { init_images: ['bm8='] })).toMatchObject({
    status: 422,
    body: { error: 'image-invalid' },
  })
  const issue = async (body: object) => (await post('img2img', { init_images: [image], ...body })).body.detail[0]
  expect(await issue({ init_images: ['http://127.0.0.1/a.png'] })).toMatchObject({ loc: ['body', 'init_images', 0] })
  expect(await issue({ mask: image })).toMatchObject({ loc: ['body', 'mask'], type: 'value_error.not_supported' })
  expect(await issue({ resize_mode: 3 })).toMatchObject({ loc: ['body', 'resize_mode'] })
  expect(await post('img2img', { init_images: ['A'.repeat(400_000)] })).toMatchObject({
    status: 413,
    body: { error: 'request-too-large' },
  })
})

test('wrong types as FastAPI tells them; what would be another picture is refused; null is left out', async () => {
  expect(await post('txt2img', { steps: 'many', prompt: 5, styles: {} })).toEqual({
    status: 422,
    body: {
      detail: [
        { loc: ['body', 'prompt'], msg: 'str type expected', type: 'type_error.str' },
        { loc: ['body', 'steps'], msg: 'value is not a valid integer', type: 'type_error.integer' },
        { loc: ['body', 'styles'], msg: 'value is not a valid list', type: 'type_error.list' },
      ],
    },
  })
  const refused = await post('txt2img', {
    enable_hr: true,
    subseed_strength: 0.5,
    alwayson_scripts: { controlnet: { args: [{ enabled: true }] }, adetailer: { args: [false, {}] } },
  })
  expect(refused.status).toBe(422)
  expect(refused.body.detail.map(({ loc }) => loc[1])).toEqual(['enable_hr', 'subseed_strength', 'alwayson_scripts'])
  expect(await post('txt2img', { batch_size: 3, n_iter: 3 })).toMatchObject({ status: 422 })
  expect(await post('txt2img', { sampler_name: 'DPM++ SDE Karras' })).toMatchObject({
    status: 404,
    body: { error: 'HTTPException', detail: 'Sampler not found', body: '', errors: 'Sampler not found' },
  })
  expect(await post('extra-single-image', { image: '' })).toMatchObject({ status: 501 })
  expect(await post('png-info', {})).toMatchObject({ status: 422, body: { detail: [{ msg: 'field required' }] } })

  const lenient = await post('txt2img', { prompt: null, seed: '7', steps: null, unknown: { a: [1] }, tiling: 0 })
  expect(lenient.status).toBe(200)
  expect(infoOf(lenient).all_seeds).toEqual([7])
})

test.each([
  [{ sampler_name: 'DPM++ 2M Karras' }, { scheduler: 'dpmpp_2m', sigmas: 'karras' }],
  [{ sampler_name: 'dpm++ 2m' }, { scheduler: 'dpmpp_2m', sigmas: 'karras' }],
  [
    { sampler_name: 'DPM++ 2M', scheduler: 'Uniform' },
    { scheduler: 'dpmpp_2m', sigmas: 'default' },
  ],
  [
    { sampler_index: 'k_euler', scheduler: 'Karras' },
    { scheduler: 'euler', sigmas: 'karras' },
  ],
  [{ sampler_name: 'PLMS', scheduler: 'karras' }, { scheduler: 'pndm' }],
])('sampler %o', async (asked, settings) => {
  expect((await post('txt2img', asked)).status).toBe(200)
  expect((await studio.client.jobs.finished({ limit: 1 }))[0].settings).toEqual(settings)
})

test('what clients with strict classes read: fields of info, of models, of the progress', async () => {
  const reply = await post('txt2img', { prompt: 'x', width: 64, height: 64, steps: 2 })
  // modules/processing.py of A1111, Processed.js()
  expect(JSON.parse(reply.body.info)).toMatchObject({
    prompt: 'x',
    all_prompts: ['x'],
    negative_prompt: '',
    all_negative_prompts: [''],
    seed: expect.any(Number) as number,
    all_seeds: [expect.any(Number)],
    subseed: expect.any(Number) as number,
    all_subseeds: [expect.any(Number)],
    subseed_strength: 0,
    width: expect.any(Number) as number,
    height: expect.any(Number) as number,
    sampler_name: expect.any(String) as string,
    cfg_scale: expect.any(Number) as number,
    steps: expect.any(Number) as number,
    batch_size: 1,
    restore_faces: false,
    face_restoration_model: null,
    sd_model_name: expect.any(String) as string,
    sd_model_hash: expect.any(String) as string,
    sd_vae_name: null,
    sd_vae_hash: null,
    seed_resize_from_w: -1,
    seed_resize_from_h: -1,
    denoising_strength: null,
    extra_generation_params: {},
    index_of_first_image: 0,
    infotexts: [expect.any(String)],
    styles: [],
    job_timestamp: expect.stringMatching(/^\d{14}$/) as string,
    clip_skip: 1,
    is_using_inpainting_conditioning: false,
    version: expect.stringMatching(/^Reprise \d/) as string,
  })
  const [model] = (await get('sd-models')).body as unknown as object[]
  expect(Object.keys(model)).toEqual(['title', 'model_name', 'hash', 'sha256', 'filename', 'config'])
})

test('seeds are exact up to 64 bits, in numbers and in text; images whose seeds would be beyond are refused', async () => {
  const infoText = async (body: string) => {
    const reply = await post('txt2img', undefined, { headers: { 'content-type': 'application/json' }, body })
    return reply.status === 200 ? reply.body.info : String(reply.status)
  }
  expect(await infoText('{"prompt": "x", "seed": 9007199254740991, "batch_size": 3}')).toContain(
    '"all_seeds":[9007199254740991,9007199254740992,9007199254740993]',
  )
  expect(await infoText('{"prompt": "x", "seed": 18446744073709551615}')).toContain('"seed":18446744073709551615,')
  expect(await infoText('{"prompt": "x", "seed": "9007199254740993"}')).toContain('"seed":9007199254740993,')
  expect(await infoText('{"prompt": "x", "seed": 18446744073709551615, "batch_size": 2}')).toBe('422')
  expect(await infoText('{"prompt": "x", "seed": 18446744073709551616}')).toBe('422')
  expect(await infoText('{"prompt": "x", "steps": 9007199254740993}')).toBe('422')
  expect(await infoText('{"__proto__": {"seed": 9007199254740993}}')).toBe('400')
})

test('JSON without a content type, or as JSON of some kind, is JSON; anything else is told what to send', async () => {
  const send = async (type: string | undefined, body: string) => {
    const { promise, resolve } = Promise.withResolvers<[status: number | undefined, text: string]>()
    const request = httpRequest(
      `${server.url}sdapi/v1/txt2img`,
      { method: 'POST', headers: { ...BASIC, ...(type !== undefined && { 'content-type': type }) } },
      (response) => {
        let answer = ''
        response.on('data', (part: Buffer) => (answer += part.toString()))
        response.on('end', () => {
          resolve([response.statusCode, answer])
        })
      },
    )
    request.end(body)
    return promise
  }
  expect(await send(undefined, '{"prompt": "x"}')).toEqual([200, expect.stringContaining('"images"')])
  expect(await send('application/vnd.client+json; charset=utf-8', '{"prompt": "x"}')).toEqual([200, expect.any(String)])
  expect(await send('text/plain', '{"prompt": "x"}')).toEqual([
    400,
    expect.stringMatching(/text\/plain.*Content-Type: application\/json/s),
  ])
  expect(await send(undefined, 'prompt=x')).toEqual([400, expect.any(String)])
})

test('addresses of extensions and of other programs: 404 with the password, 401 without or with a wrong one', async () => {
  const wrong = { authorization: `Basic ${Buffer.from('u:wrong').toString('base64')}` }
  for (const path of [
    'controlnet/model_list',
    'login_check',
    'queue/status',
    'config',
    'system_stats',
    'sam/heartbeat',
  ]) {
    expect(await ask(path)).toEqual({ status: 404, body: { detail: 'Not Found' } })
    expect(await ask(path, { method: 'POST', body: '{}' })).toMatchObject({ status: 404 })
    expect((await fetch(`${server.url}${path}`, { headers: wrong })).status).toBe(401)
    expect((await fetch(`${server.url}${path}`)).status).toBe(401)
  }
})

test('progress until it is over; an interrupt in the middle sends what was made', async () => {
  const made = post('txt2img', { prompt: 'slow', batch_size: 6 })
  await expect.poll(async () => (await get('progress')).body.state.job_no, { timeout: 10_000 }).toBeGreaterThan(0)
  const { body } = await get('progress?skip_current_image=true')
  expect(body).toMatchObject({ current_image: null, state: { job_count: 6, sampling_steps: 3 } })
  expect(body.progress).toBeGreaterThan(0.1)
  expect(await post('interrupt')).toEqual({ status: 200, body: {} })
  const reply = await made
  expect(reply.status).toBe(200)
  expect(reply.body.images.length).toBeGreaterThan(0)
  expect(reply.body.images.length).toBeLessThan(6)
  expect(infoOf(reply).notes[0]).toMatch(/^\d of 6 images were made/)
  expect((await get('progress')).body).toMatchObject({ progress: 0, eta_relative: 0, state: { job_count: 0 } })
})

test('skip leaves out the images in hand, and the request goes on with the others', async () => {
  const made = post('txt2img', { prompt: 'slow', batch_size: 8 })
  await expect
    .poll(async () => (await get('progress')).body.state.sampling_step, { timeout: 10_000 })
    .toBeGreaterThan(0)
  expect(await post('skip')).toEqual({ status: 200, body: {} })
  const reply = await made
  expect(reply.status).toBe(200)
  expect(reply.body.images.length).toBeGreaterThan(0)
  expect(reply.body.images.length).toBeLessThan(8)
  expect(infoOf(reply).all_seeds).toHaveLength(reply.body.images.length)
  // with nothing in hand they are no mistake
  expect(await post('skip')).toEqual({ status: 200, body: {} })
  expect(await post('interrupt')).toEqual({ status: 200, body: {} })
})

test('a client that leaves cancels its job; its interrupt spares the next; the queue of the studio is not touched', async () => {
  const own = await studio.client.jobs.add({ items: [{ prompt: 'slow' }] })
  const leaving = new AbortController()
  const left = post('txt2img', { prompt: 'slow and left', batch_size: 8 }, { signal: leaving.signal })
  left.catch(() => undefined)
  const job = async () => (await studio.client.jobs.pending({})).find(({ title }) => title === 'slow and left')
  await expect.poll(async () => (await job())?.state, { timeout: 10_000 }).toBe('running')
  await expect
    .poll(async () => (await get('progress')).body.state.sampling_step, { timeout: 10_000 })
    .toBeGreaterThan(0)
  const id = (await job())!.id
  leaving.abort()
  await expect(left).rejects.toThrow()
  await expect.poll(async () => (await studio.client.jobs.get({ id })).state).toBe('cancelled')
  const next = post('txt2img', { prompt: 'next' })
  await post('interrupt')
  expect((await next).body.images).toHaveLength(1)
  expect((await studio.client.jobs.get({ id: own.id })).state).toBe('done')
})

test('only so many wait at once; a paused queue is told and nothing is added', async () => {
  const waiting = Array.from({ length: 3 }, () => post('txt2img', { prompt: 'slow' }))
  await expect.poll(async () => (await studio.client.jobs.pending({})).length).toBe(3)
  expect(await post('txt2img', {})).toMatchObject({ status: 429, body: { error: 'too-many-requests' } })
  for (const { status } of await Promise.all(waiting)) expect(status).toBe(200)

  await studio.client.jobs.pauseQueue({})
  expect(await post('txt2img', {})).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('paused') as string },
  })
  await studio.client.jobs.resumeQueue({})
  expect(await studio.client.jobs.pending({})).toEqual([])
})

test('what the engine warns of is among the notes', async () => {
  const reply = await post('txt2img', { prompt: 'warn me', batch_size: 2, restore_faces: true })
  expect(infoOf(reply).notes).toEqual([
    'restore_faces is not supported and was left out',
    'the prompt was cut after 77 tokens',
  ])
})

test('the engine fails: its reason without a path', async () => {
  const reply = await post('txt2img', { prompt: 'refuse' })
  expect(reply).toMatchObject({ status: 422, body: { error: 'model-not-found', detail: 'no such model' } })
})

test('the token as Bearer or Basic; neither the cookie nor the address; no other site', async () => {
  const status = async (headers: Record<string, string>, path = 'sdapi/v1/options') =>
    (await fetch(`${server.url}${path}`, { headers, redirect: 'manual' })).status
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  expect(await status({ authorization: `Bearer ${TOKEN}` })).toBe(200)
  expect(await status(basic(`:${TOKEN}`))).toBe(200)
  expect(await status(basic('user:wrong'))).toBe(401)
  expect(await status({})).toBe(401)
  expect(await status({}, `sdapi/v1/options?token=${encodeURIComponent(TOKEN)}`)).toBe(401)
  const signedIn = await fetch(server.signInUrl, { headers: { accept: 'text/html' }, redirect: 'manual' })
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]
  const page = { cookie, 'sec-fetch-site': 'same-origin' }
  expect(await status(page, '')).toBe(200)
  expect(await status(page)).toBe(401)
  expect(await status({ ...BASIC, origin: 'http://evil.example' })).toBe(403)
  // Basic is for this API only
  expect(await status(BASIC, 'images/1')).toBe(401)
})

test('a server that closes answers; the job stays in the queue', async () => {
  const other = await startWebServer({ studio, host: '127.0.0.1', port: 0, token: TOKEN, a1111: true })
  const waiting = fetch(`${other.url}sdapi/v1/txt2img`, {
    method: 'POST',
    headers: { ...BASIC, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'slow but kept' }),
  })
  const pending = () => studio.client.jobs.pending({})
  await expect.poll(async () => (await pending()).map(({ title }) => title)).toEqual(['slow but kept'])
  await other.close()
  expect((await waiting).status).toBe(503)
  await expect.poll(pending, { timeout: 10_000 }).toEqual([])
  expect(await studio.client.jobs.finished({ limit: 1 })).toMatchObject([{ title: 'slow but kept', state: 'done' }])
})

test('/openapi.json is a description that holds: each address is served, each reference and type is one', async () => {
  const { body } = await ask('openapi.json')
  const document = body as unknown as OpenApi
  expect(document.openapi).toBe('3.1.0')
  expect(document.info).toEqual({ title: expect.any(String) as string, version: expect.any(String) as string })
  const fields = document.paths['/sdapi/v1/txt2img'].post.requestBody!.content['application/json'].schema.properties!
  expect(Object.keys(fields)).toEqual(expect.arrayContaining(['prompt', 'sampler_name', 'override_settings']))
  for (const name of document.security.flatMap(Object.keys)) {
    expect(document.components.securitySchemes).toHaveProperty(name)
  }
  const ids: string[] = []
  for (const [path, methods] of Object.entries(document.paths)) {
    expect(path).toMatch(/^\/[a-z0-9/-]+$/)
    for (const [method, operation] of Object.entries(methods)) {
      expect(['get', 'post']).toContain(method)
      ids.push(operation.operationId)
      expect(operation.summary).not.toBe('')
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(description).not.toBe('')
      }
      const schema = operation.requestBody?.content['application/json'].schema
      if (schema !== undefined) expect(() => z.fromJSONSchema(schema)).not.toThrow()
    }
  }
  expect(new Set(ids).size).toBe(ids.length)
  for (const path of Object.keys(document.paths).filter((each) => 'get' in document.paths[each])) {
    expect((await ask(path.slice(1))).status).toBe(200)
  }
})

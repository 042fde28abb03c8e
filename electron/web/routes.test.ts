/** What the routes answer to whoever may ask. */
import { createHash } from 'node:crypto'
import { PLAIN_STYLE_SOURCE } from '../services/pages/plain-page.ts'
import { afterEach, describe, expect, test } from 'vitest'
import {
  ask,
  BEARER,
  call,
  cleanUp,
  HASH,
  JSON_TYPE,
  rawRequest,
  serve,
  temporaryFolder,
  TOKEN,
} from './testing/served.ts'

afterEach(cleanUp)

describe('procedures', () => {
  test('answer with JSON, with nothing, or with the error of the contract and a fitting status', async () => {
    const served = await serve()
    const settings = await call(served, 'settings.get')
    expect(settings).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
    expect(JSON.parse(settings.text)).toMatchObject({ imagesAtOnce: 4 })
    expect(await call(served, 'tags.remove', { id: 1 })).toMatchObject({ status: 204, text: '' })
    const taken = await call(served, 'collections.create', { name: 'a' })
    expect(taken.status).toBe(409)
    expect(JSON.parse(taken.text)).toEqual({
      code: 'name-taken',
      message: 'there is a collection "a" already',
      data: { name: 'a' },
      retryable: false,
    })
    expect(await call(served, 'tags.remove', { id: 'x' })).toMatchObject({ status: 400, code: 'invalid-argument' })
    expect(await call(served, 'tags.nothing')).toMatchObject({ status: 404, code: 'procedure-unknown' })
    expect(await call(served, '__proto__.toString')).toMatchObject({ status: 404, code: 'procedure-unknown' })
  })

  test('keep seeds of 64 bits', async () => {
    const served = await serve()
    const seed = '18446744073709551615'
    const { text } = await call(served, 'presets.create', { name: 'a', settings: { seed } })
    expect(JSON.parse(text)).toMatchObject({ settings: { seed } })
    expect(served.studio.calls).toEqual([{ name: 'a', settings: { seed: 2n ** 64n - 1n } }])
  })

  test('need no body, and take no broken or poisoned one', async () => {
    const served = await serve()
    const post = (body: string) =>
      ask(served, '/api/settings.get', { method: 'POST', headers: { ...BEARER, ...JSON_TYPE }, body })
    expect((await post('')).status).toBe(200)
    for (const body of ['{', '[1', '{"__proto__":{}}', '{"constructor":{"prototype":{}}}', '1', '[]', '"x"']) {
      expect(await post(body)).toMatchObject({ status: 400, code: 'invalid-argument' })
    }
  })

  test('take so many bytes and no more, said in advance or not', async () => {
    const served = await serve({ limits: { jsonBytes: 1000 } })
    const input = (length: number) => ({ name: 'x'.repeat(length) })
    expect((await call(served, 'collections.create', input(100))).status).toBe(409)
    expect(await call(served, 'collections.create', input(1000))).toMatchObject({
      status: 413,
      code: 'request-too-large',
    })
    const chunked = { 'transfer-encoding': 'chunked' }
    expect((await call(served, 'collections.create', input(1000), chunked)).status).toBe(413)
  })

  test('an export is the file itself, to save', async () => {
    const served = await serve()
    const { headers, body } = await call(served, 'history.export', { id: 1 })
    expect([...body]).toEqual([1, 2, 3])
    expect(headers['content-type']).toBe('image/png')
    expect(headers['content-disposition']).toBe(
      `attachment; filename="_vening__1_.png"; filename*=UTF-8''%C3%A9vening%20%221%22.png`,
    )
  })
})

describe('pictures', () => {
  test('come by id, to be kept by this browser alone', async () => {
    const served = await serve()
    for (const path of ['/images/1', '/images/1/thumbnail?size=512', `/inputs/${HASH}`, '/verdicts/1/difference']) {
      const first = await ask(served, path, { headers: BEARER })
      expect(first).toMatchObject({ status: 200, body: Buffer.alloc(1000, 7) })
      expect(first.headers).toMatchObject({
        'content-type': 'image/png',
        'content-length': '1000',
        'cache-control': 'private, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'cross-origin-resource-policy': 'same-origin',
      })
      const etag = first.headers.etag ?? ''
      const again = await ask(served, path, { headers: { ...BEARER, 'if-none-match': etag } })
      expect(again).toMatchObject({ status: 304, text: '' })
      const head = await ask(served, path, { method: 'HEAD', headers: BEARER })
      expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': '1000' } })
    }
  })

  test('that are not there, or whose file is gone, are not kept as such', async () => {
    const served = await serve()
    const missing = await ask(served, '/images/3', { headers: BEARER })
    expect(missing).toMatchObject({ status: 404, code: 'not-found', headers: { 'cache-control': 'no-store' } })
    const gone = await ask(served, '/images/2', { headers: BEARER })
    expect(gone).toMatchObject({ status: 410, code: 'image-file-missing', headers: { 'cache-control': 'no-store' } })
    expect(gone.headers.etag).toBeUndefined()
  })

  const ids = [
    '0',
    '-1',
    '+1',
    '01',
    '1e3',
    '0x1',
    '1.0',
    '%201',
    '1%00',
    '1;',
    'NaN',
    '９',
    '9007199254740992',
    '9'.repeat(19),
  ]
  const escapes = [
    '..',
    '%2e%2e',
    '..%2f..%2fsecret.txt',
    '..%5csecret.txt',
    '%2fetc%2fpasswd',
    '%252e%252e%252f',
    '..;',
    '%c0%ae',
  ]
  const templates = [
    '/images/ID',
    '/images/ID/thumbnail',
    '/images/ID/export',
    '/verdicts/ID/difference',
    '/inputs/ID',
    '/ID',
  ]

  test.each(templates)('nothing is at %s without an id', async (template) => {
    const served = await serve()
    for (const id of [...ids, ...escapes]) {
      const path = template.replace('ID', encodeURI(id).replaceAll('%25', '%'))
      const { status, text } = await ask(served, path, { headers: BEARER })
      expect([path, status]).toEqual([path, 404])
      expect(text).not.toBe('secret')
    }
    expect(served.studio.calls).toEqual([])
  })

  test('a parameter that is not known, or has another value, is refused', async () => {
    const served = await serve()
    for (const path of [
      '/images/1/thumbnail?size=1000',
      '/images/1/thumbnail?size=256&size=512',
      '/images/1/thumbnail?sice=512',
      '/images/1/export?quality=1e1',
      '/images/1/export?format=gif',
      '/images/1/export?path=/etc',
    ]) {
      expect(await ask(served, path, { headers: BEARER })).toMatchObject({ status: 400, code: 'invalid-argument' })
    }
  })

  test('an export takes its options from the address', async () => {
    const served = await serve()
    const { headers } = await ask(served, '/images/1/export?format=jpeg&quality=80&settings=false', { headers: BEARER })
    expect(headers['content-disposition']).toMatch(/^attachment/)
    await ask(served, '/images/1/export', { headers: BEARER })
    expect(served.studio.calls).toEqual([
      { id: 1, options: { format: 'jpeg', quality: 80, settings: false } },
      { id: 1, options: { format: 'png', quality: 92, settings: true } },
    ])
  })

  test('many come as one ZIP, which breaks off if it cannot be finished', async () => {
    const served = await serve()
    const post = (input: unknown) =>
      ask(served, '/export', { method: 'POST', headers: { ...BEARER, ...JSON_TYPE }, body: JSON.stringify(input) })
    const zip = await post({ ids: [1, 5] })
    expect(zip).toMatchObject({ status: 200, text: 'zip of 1,5', headers: { 'content-type': 'application/zip' } })
    expect(await post({ ids: [] })).toMatchObject({ status: 400, code: 'invalid-argument' })
    expect(await post({ ids: [1], path: '/tmp' })).toMatchObject({ status: 400, code: 'invalid-argument' })
    expect(await post({ ids: [2] }).catch(() => 'broken off')).not.toMatchObject({ status: 200 })
  })
})

describe('uploads', () => {
  const upload = (
    served: Awaited<ReturnType<typeof serve>>,
    body: Uint8Array,
    headers: Record<string, string> = { 'content-type': 'image/png' },
  ) => ask(served, '/inputs', { method: 'POST', headers: { ...BEARER, ...headers }, body })

  test('are the bytes of a file as they are', async () => {
    const served = await serve()
    const bytes = new Uint8Array(100_000).map((_, index) => index)
    for (const type of ['image/png', 'image/x-whatever', 'application/octet-stream']) {
      const { status, text } = await upload(served, bytes, { 'content-type': type })
      expect({ status, ...(JSON.parse(text) as object) }).toMatchObject({ status: 200, hash: HASH, sizeBytes: 100_000 })
    }
    const hash = (given: unknown): string =>
      createHash('sha256')
        .update(given as Uint8Array)
        .digest('hex')
    expect(served.studio.calls.map(hash)).toEqual([hash(bytes), hash(bytes), hash(bytes)])
  })

  test('of other types, or of none, do not arrive', async () => {
    const served = await serve()
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/json',
      'application/x-www-form-urlencoded',
    ]) {
      expect(await upload(served, new Uint8Array(3), { 'content-type': type })).toMatchObject({ status: 400 })
    }
    expect((await upload(served, new Uint8Array(3), {})).status).toBe(400)
    expect((await upload(served, new Uint8Array(), { 'content-length': '0' })).status).toBe(400)
    expect(served.studio.calls).toEqual([])
  })

  test('have so many bytes and no more, said in advance or not', async () => {
    const served = await serve({ limits: { inputBytes: 10_000 } })
    expect((await upload(served, new Uint8Array(10_000))).status).toBe(200)
    const tooLarge = { status: 413, code: 'request-too-large' }
    expect(await upload(served, new Uint8Array(10_001))).toMatchObject(tooLarge)
    const chunked = { 'content-type': 'image/png', 'transfer-encoding': 'chunked' }
    expect(await upload(served, new Uint8Array(10_001), chunked)).toMatchObject(tooLarge)
    expect(served.studio.calls).toHaveLength(1)
  })

  test('are so many at once and no more', async () => {
    const served = await serve({ limits: { uploadsAtOnce: 0 } })
    expect(await upload(served, new Uint8Array(3))).toMatchObject({ status: 429, code: 'too-many-requests' })
    const one = await serve({ limits: { uploadsAtOnce: 1 } })
    for (let at = 0; at < 3; at++) expect((await upload(one, new Uint8Array(3))).status).toBe(200)
  })
})

describe('pages', () => {
  const HTML = { ...BEARER, accept: 'text/html' }

  test('without panels there is a plain one, without scripts', async () => {
    const served = await serve()
    const { status, text, headers } = await ask(served, '/', { headers: HTML })
    expect(status).toBe(200)
    expect(text).toContain(`http://${served.host}/api/studio.info`)
    expect(text).not.toMatch(/<script|style=|\son\w+=/)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none';script-src 'self';style-src 'self' ${PLAIN_STYLE_SOURCE};img-src 'self' blob:;font-src 'self';connect-src 'self';frame-ancestors 'none';base-uri 'none';form-action 'none'`,
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'permissions-policy': expect.stringContaining('camera=()') as string,
      'cache-control': 'no-store',
    })
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers[name]).toBeUndefined()
  })

  test('refusals have the same headers, and no markup of strangers', async () => {
    const served = await serve()
    const { text, headers } = await ask(served, '/images/%3Cscript%3E', { headers: HTML })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script')
  })

  test('of built panels, by name; addresses of their own lead to the first page', async () => {
    const pagesDir = temporaryFolder({
      'index.html': '<p>panels',
      'assets/main.js': '1',
      'assets/main.js.map': '{}',
      '.env': 'secret',
    })
    const served = await serve({ pagesDir })
    const get = (path: string, headers: Record<string, string> = BEARER) => ask(served, path, { headers })
    expect(await get('/', HTML)).toMatchObject({ status: 200, text: '<p>panels' })
    expect(await get('/history/5', HTML)).toMatchObject({ status: 200, text: '<p>panels' })
    expect(await get('/assets/main.js')).toMatchObject({ status: 200, text: '1' })
    expect((await get('/assets/main.js')).headers['content-type']).toBe('text/javascript; charset=utf-8')
    const outside = `/../${pagesDir.split('/').at(-1) ?? ''}/.env`
    for (const path of [
      '/history/5',
      '/.env',
      '/assets/main.js.map',
      '/assets',
      '/assets/../.env',
      '/%2e%2e/x',
      '/..%2f.env',
      '/assets%2fmain.js%00',
      outside,
    ]) {
      expect((await get(path)).status).toBe(404)
    }
    expect((await ask(served, '/', {})).status).toBe(401)
    // what has a place of its own is not hidden by a page
    expect(await get('/images/3', HTML)).toMatchObject({ status: 404 })
  })
})

test('requests that are none are refused without an echo of secrets', async () => {
  const served = await serve({ limits: { headersTimeoutMs: 300 } })
  const line = `Host: ${served.host}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`
  expect(await rawRequest(served, `GET /%zz?token=abc HTTP/1.1\r\n${line}`)).toMatch(/^HTTP\/1.1 404 (?![^]*abc)/)
  expect(await rawRequest(served, `GET http://evil.example/images/1 HTTP/1.1\r\n${line}`)).toMatch(/^HTTP\/1.1 404 /)
  expect(await rawRequest(served, 'GET /images/1 HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
  expect(
    await rawRequest(served, `GET / HTTP/1.1\r\nHost:\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`),
  ).toMatch(/^HTTP\/1.1 403 /)
  expect(await rawRequest(served, 'GET /images/1 HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403 /)
  expect(await rawRequest(served, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
})

test('who does not finish a request loses the connection', async () => {
  const served = await serve({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } })
  expect(await rawRequest(served, `GET / HTTP/1.1\r\nHost: ${served.host}\r\nX-Slow: `)).toMatch(/^HTTP\/1.1 408 /)
  expect(await rawRequest(served, '')).not.toMatch(/ 200 /)
  const head = `POST /api/settings.get HTTP/1.1\r\nHost: ${served.host}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n`
  expect(await rawRequest(served, `${head}Authorization: Bearer ${TOKEN}\r\n\r\n{`)).toMatch(/^HTTP\/1.1 4(00|08) /)
  // without a token nothing of the body is waited for
  expect(await rawRequest(served, `${head}\r\n{`)).toMatch(/^HTTP\/1.1 401 /)
})

test('so many connections and no more', async () => {
  const served = await serve({ limits: { connections: 0 } })
  await expect(ask(served, '/', { headers: BEARER })).rejects.toThrow()
})

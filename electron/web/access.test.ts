/** Who gets in: tokens, cookies, hosts and origins, over real HTTP. */
import { afterEach, describe, expect, test } from 'vitest'
import {
  ask,
  BEARER,
  call,
  cleanUp,
  connect,
  fakeStudio,
  HASH,
  JSON_TYPE,
  rawRequest,
  serve,
  signIn,
  TOKEN,
  type Asked,
} from './testing/served.ts'

afterEach(cleanUp)

const HTML = { accept: 'text/html,*/*' }

describe('the token', () => {
  const places: [string, Asked][] = [
    ['/', {}],
    ['/nowhere', {}],
    ['/api/settings.get', { method: 'POST', headers: JSON_TYPE, body: '{}' }],
    ['/export', { method: 'POST', headers: JSON_TYPE, body: '{"ids":[1]}' }],
    ['/inputs', { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'x' }],
    ['/images/1', {}],
    ['/images/1', { method: 'HEAD' }],
    ['/images/1/thumbnail', {}],
    ['/images/1/export', {}],
    [`/inputs/${HASH}`, {}],
    ['/verdicts/1/difference', {}],
    ['/ws', {}],
    ['/ws', { headers: { connection: 'upgrade', upgrade: 'websocket' } }],
  ]

  test.each(places)('%s is closed without it, %o', async (path, asked) => {
    const served = await serve()
    const { status, headers } = await ask(served, path, asked)
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe('Bearer')
    expect(served.studio.calls).toEqual([])
  })

  test('opens as Bearer, or in the query of any request', async () => {
    const served = await serve()
    expect((await ask(served, '/images/1', { headers: BEARER })).status).toBe(200)
    const token = encodeURIComponent(TOKEN)
    expect((await ask(served, `/images/1?token=${token}`)).status).toBe(200)
    expect((await ask(served, `/images/1/thumbnail?size=512&token=${token}`)).status).toBe(200)
    const asked = { method: 'POST', headers: JSON_TYPE, body: '{}' }
    expect((await ask(served, `/api/settings.get?token=${token}`, asked)).status).toBe(200)
  })

  test.each(['', 'x', `${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase()])('"%s" is a wrong one', async (token) => {
    const served = await serve()
    expect(await ask(served, '/', { headers: { authorization: `Bearer ${token}` } })).toMatchObject({ status: 401 })
    expect(await ask(served, `/?token=${encodeURIComponent(token)}`)).toMatchObject({
      status: 401,
      code: 'unauthorized',
    })
  })

  test('is never empty', async () => {
    await expect(serve({ token: '' })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('twice in one query is a wrong one', async () => {
    const token = encodeURIComponent(TOKEN)
    expect((await ask(await serve(), `/?token=${token}&token=${token}`)).status).toBe(401)
  })

  test('after some wrong ones even the right one waits, but who is signed in goes on', async () => {
    const served = await serve({ limits: { wrongTokensPerMinute: 3 } })
    const cookie = await signIn(served)
    for (let at = 0; at < 3; at++) expect((await ask(served, '/?token=x')).status).toBe(401)
    const late = await ask(served, '/', { headers: BEARER })
    expect(late).toMatchObject({ status: 429, code: 'too-many-requests' })
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask(served, '/', { headers: { cookie, 'sec-fetch-site': 'none' } })).status).toBe(200)
  })

  test('of another run, or a cookie of it, is worth nothing', async () => {
    const first = await serve()
    const cookie = (await signIn(first)).replace(/^reprise-\d+/, '')
    const second = await serve({ token: 'another' })
    expect((await ask(second, '/', { headers: BEARER })).status).toBe(401)
    const headers = { cookie: `reprise-${second.port}${cookie}`, 'sec-fetch-site': 'none' }
    expect((await ask(second, '/', { headers })).status).toBe(401)
  })

  test('a person without it gets a page that asks for it, in their language', async () => {
    const served = await serve()
    const { status, headers, text } = await ask(served, '/', { headers: HTML })
    expect(status).toBe(401)
    expect(headers['content-type']).toMatch(/^text\/html/)
    expect(headers['content-security-policy']).toContain("form-action 'self'")
    expect(text).toContain('<form method="post">')
    expect(text).not.toMatch(/role="alert"|Bearer/)
    const french = { ...HTML, 'accept-language': 'pt;q=0.9, fr-CA;q=0.8, en;q=0.5' }
    expect((await ask(served, '/history', { headers: french })).text).toContain('Se connecter à Reprise')
    expect((await ask(served, '/?token=x', { headers: HTML })).text).toContain('not the token of this studio')
  })

  test('is taken from the form of that page, which leads back to its address', async () => {
    const served = await serve()
    const form = { ...HTML, 'content-type': 'application/x-www-form-urlencoded', origin: `http://${served.host}` }
    const send = (path: string, token: string, headers = form) =>
      ask(served, path, { method: 'POST', headers, body: `token=${encodeURIComponent(token)}` })
    const wrong = await send('/history?x=1', 'wrong')
    expect(wrong.status).toBe(401)
    expect(wrong.text).toMatch(/role="alert">That is not the token/)
    expect(wrong.headers['set-cookie']).toBeUndefined()
    const right = await send('/history?x=1', ` ${TOKEN}\n`)
    expect([right.status, right.headers.location]).toEqual([303, '/history?x=1'])
    const cookie = right.headers['set-cookie']?.[0].split(';')[0] ?? ''
    expect((await ask(served, '/', { headers: { cookie, 'sec-fetch-site': 'none' } })).status).toBe(200)
    expect((await send('/', TOKEN, { ...form, origin: 'http://evil.example' })).status).toBe(403)
    expect((await send('/', 'x'.repeat(10_000))).status).toBe(413)
    expect((await send('/api/settings.get', TOKEN)).status).toBe(401)
    expect((await send('//evil.example/', TOKEN)).headers.location).toBe('/evil.example/')
    const json = { method: 'POST', headers: { ...BEARER, ...JSON_TYPE }, body: '{}' }
    expect((await ask(served, '/nowhere', json)).status).toBe(404)
  })

  test('the form gives no more tries than the address does', async () => {
    const served = await serve({ limits: { wrongTokensPerMinute: 2 } })
    const headers = { ...HTML, 'content-type': 'application/x-www-form-urlencoded' }
    for (let at = 0; at < 2; at++) await ask(served, '/', { method: 'POST', headers, body: 'token=x' })
    const late = await ask(served, '/', { method: 'POST', headers, body: `token=${encodeURIComponent(TOKEN)}` })
    expect(late.status).toBe(429)
    expect(late.text).toContain('Too many wrong tokens')
  })

  test('too many requests of one address have to wait', async () => {
    const served = await serve({ limits: { requestsPerMinute: 2 } })
    for (let at = 0; at < 2; at++) expect((await ask(served, '/', { headers: BEARER })).status).toBe(200)
    expect((await ask(served, '/', { headers: BEARER })).status).toBe(429)
  })
})

describe('the cookie', () => {
  test('comes in exchange for the token, which leaves the address', async () => {
    const served = await serve()
    const path = `/history?sort=newest&token=${encodeURIComponent(TOKEN)}&x=a%26b`
    const { status, headers } = await ask(served, path, { headers: HTML })
    expect(status).toBe(303)
    expect(headers.location).toBe('/history?sort=newest&x=a%26b')
    const [cookie, ...flags] = headers['set-cookie']?.[0].split('; ') ?? []
    expect(flags.sort()).toEqual(['HttpOnly', 'Max-Age=15552000', 'Path=/', 'SameSite=Strict'])
    expect(cookie).toMatch(new RegExp(`^reprise-${served.port}=\\d+\\.[\\w-]{22}\\.[\\w-]{43}$`))
    expect(JSON.stringify(headers)).not.toContain(encodeURIComponent(TOKEN))
    expect((await ask(served, '/', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  })

  test('is not given for calls, nor twice to a browser; a program that asks for the page gets both', async () => {
    const served = await serve()
    const path = `/?token=${encodeURIComponent(TOKEN)}`
    const call = await ask(served, `/images/1${path.slice(1)}`)
    expect(call.headers['set-cookie']).toBeUndefined()
    const page = await ask(served, path)
    expect([page.status, page.headers['set-cookie']?.length]).toEqual([200, 1])
    const cookie = await signIn(served)
    expect((await ask(served, path, { headers: { ...HTML, cookie } })).headers['set-cookie']).toBeUndefined()
  })

  test.each(['//evil.example/', '/\\evil.example/', '///evil.example', 'http://evil.example/'])(
    'the way back from %s stays here',
    async (path) => {
      const { headers } = await ask(await serve(), `${path}?token=${encodeURIComponent(TOKEN)}`, { headers: HTML })
      expect(headers.location ?? '/').toMatch(/^\/(?![/\\])/)
    },
  )

  test('holds when the server starts again with the same token', async () => {
    const value = (await signIn(await serve())).replace(/^[^=]+/, '')
    const again = await serve()
    const headers = { cookie: `reprise-${again.port}${value}`, 'sec-fetch-site': 'none' }
    expect((await ask(again, '/', { headers })).status).toBe(200)
  })

  test('a made-up, changed or old one opens nothing', async () => {
    const served = await serve()
    const value = (await signIn(served)).replace(/^[^=]+=/, '')
    const later = `${Number(value.split('.')[0]) + 1}${value.slice(value.indexOf('.'))}`
    const old = value.replace(/^\d+/, '1')
    for (const made of ['A'.repeat(43), later, old, `${value}A`, '', '1..', value.slice(0, -1)]) {
      const headers = { cookie: `reprise-${served.port}=${made}`, 'sec-fetch-site': 'none' }
      expect((await ask(served, '/', { headers })).status).toBe(401)
    }
  })
})

describe('hosts: a name that points here by itself opens nothing', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost',
    'localhost.:PORT',
    '0.0.0.0:PORT',
    '192.168.1.5:PORT',
    '127.0.0.1:PORT@evil.example',
    ':PORT',
  ])('"%s"', async (host) => {
    const served = await serve()
    const headers = { ...BEARER, host: host.replace('PORT', String(served.port)) }
    expect(await ask(served, '/images/1', { headers })).toMatchObject({ status: 403, code: 'origin-refused' })
  })

  test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])('"%s" is its own', async (host) => {
    const served = await serve()
    const headers = { ...BEARER, host: host.replace('PORT', String(served.port)) }
    expect((await ask(served, '/images/1', { headers })).status).toBe(200)
  })

  test('what a proxy asks under is allowed by name, with its own origin', async () => {
    const served = await serve({ allowedHosts: ['box.local', 'mapped.local:8080', 'https://studio.example'] })
    const status = async (host: string, origin: string): Promise<number> =>
      (await call(served, 'settings.get', {}, { host, origin })).status
    expect(await status(`box.local:${served.port}`, `http://box.local:${served.port}`)).toBe(200)
    expect(await status('mapped.local:8080', 'http://mapped.local:8080')).toBe(200)
    expect(await status('studio.example', 'https://studio.example')).toBe(200)
    expect(await status('studio.example', 'http://studio.example')).toBe(403)
    expect(await status('box.local', 'http://box.local')).toBe(403)
    expect(await status('mapped.local', 'http://mapped.local')).toBe(403)
  })

  test('what is no host cannot be allowed', async () => {
    for (const allowed of ['', 'a b', 'http://a/b', 'ftp://a', 'user@a']) {
      await expect(serve({ allowedHosts: [allowed] })).rejects.toMatchObject({ code: 'invalid-argument' })
    }
  })

  test('on all addresses it answers to the one that was dialled, not to names', async () => {
    const served = await serve({ host: '0.0.0.0' })
    expect(served.host).toBe(`127.0.0.1:${served.port}`)
    const status = async (host: string): Promise<number> =>
      (await ask(served, '/', { headers: { ...BEARER, host: `${host}:${served.port}` } })).status
    expect(await status('127.0.0.1')).toBe(200)
    expect(await status('localhost')).toBe(200)
    expect(await status('0.0.0.0')).toBe(403)
    expect(await status('192.168.1.5')).toBe(403)
    expect(await status('evil.example')).toBe(403)
  })
})

describe('pages of other sites', () => {
  test.each([
    'http://evil.example',
    'null',
    'http://localhost:1',
    'http://127.0.0.1',
    'https://127.0.0.1:PORT',
    'http://localhost:PORT',
  ])('a call with Origin %s does not arrive, cookie or token', async (origin) => {
    const served = await serve()
    const headers = { ...JSON_TYPE, origin: origin.replace('PORT', String(served.port)) }
    for (const shown of [{ cookie: await signIn(served) }, BEARER]) {
      const asked = { method: 'POST', headers: { ...headers, ...shown }, body: '{"id":1}' }
      expect(await ask(served, '/api/tags.remove', asked)).toMatchObject({ status: 403, code: 'origin-refused' })
    }
    expect(served.studio.calls).toEqual([])
  })

  test('its own page may call', async () => {
    const served = await serve()
    const headers = { cookie: await signIn(served), ...JSON_TYPE, origin: `http://${served.host}` }
    const { status } = await ask(served, '/api/tags.remove', { method: 'POST', headers, body: '{"id":1}' })
    expect(status).toBe(204)
    expect(served.studio.calls).toEqual([{ id: 1 }])
  })

  test.each(['cross-site', 'same-site'])('an embedded picture or a link of a %s page shows nothing', async (site) => {
    const served = await serve()
    for (const shown of [{ cookie: await signIn(served) }, BEARER]) {
      const { status } = await ask(served, '/images/1', { headers: { ...shown, 'sec-fetch-site': site } })
      expect(status).toBe(403)
    }
  })

  test('a cookie alone, without a word where it comes from, is not enough', async () => {
    const served = await serve()
    const cookie = await signIn(served)
    expect((await ask(served, '/images/1', { headers: { cookie } })).status).toBe(403)
    const headers = { cookie, ...JSON_TYPE, 'sec-fetch-site': 'same-origin' }
    expect((await ask(served, '/api/tags.remove', { method: 'POST', headers, body: '{"id":1}' })).status).toBe(403)
    expect(served.studio.calls).toEqual([])
  })

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; application/json',
    'application/jsonx',
    'application/json-patch+json',
    'text/json',
    undefined,
  ])('what a form can send (%s) does not reach a procedure', async (type) => {
    const served = await serve()
    const headers = { ...BEARER, ...(type === undefined ? {} : { 'content-type': type }) }
    for (const body of ['{"id":1}', '']) {
      const answer = await ask(served, '/api/tags.remove', { method: 'POST', headers, body })
      expect(answer).toMatchObject({ status: 400, code: 'invalid-argument' })
    }
    expect(served.studio.calls).toEqual([])
  })

  test('are not asked in advance: no CORS', async () => {
    const served = await serve()
    for (const origin of ['http://evil.example', `http://${served.host}`]) {
      const headers = { origin, 'access-control-request-method': 'POST', ...BEARER }
      const answer = await ask(served, '/api/tags.remove', { method: 'OPTIONS', headers })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('cannot open a WebSocket, and a page needs to say which it is', async () => {
    const served = await serve()
    const cookie = await signIn(served)
    const refused = async (headers: Record<string, string>, path = '/ws'): Promise<void> => {
      await expect(connect(served, { headers, path })).rejects.toThrow('403')
    }
    await refused({ cookie, origin: 'http://evil.example' })
    await refused({ cookie, origin: 'http://localhost:1' })
    await refused({ cookie })
    await refused({ ...BEARER, origin: 'http://evil.example' })
    await refused({ cookie, host: `evil.example:${served.port}`, origin: `http://evil.example:${served.port}` })
    await refused({}, `/ws?token=${encodeURIComponent(TOKEN)}`)
    await expect(connect(served, { headers: {} })).rejects.toThrow('401')
    await expect(connect(served, { path: '/images/1', headers: BEARER })).rejects.toThrow('404')
    await connect(served, { headers: { cookie, origin: `http://${served.host}` } })
    await connect(served, { headers: BEARER })
  })
})

test('nothing secret is reported, and nothing unforeseen is told', async () => {
  const served = await serve({ studio: fakeStudio() })
  const answer = await ask(served, `/api/collections.list?token=${encodeURIComponent(TOKEN)}`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: '{}',
  })
  expect(answer).toMatchObject({ status: 500, code: 'internal' })
  expect(answer.text).not.toMatch(/ENOENT|somebody/)
  expect(served.internalErrors).toEqual([
    'POST /api/collections.list: unexpected failure: ENOENT: /home/somebody/secret',
  ])
})

test.each([
  ['two Host headers', (host: string) => `Host: ${host}\r\nHost: evil.example`],
  ['two that are the same', (host: string) => `Host: ${host}\r\nhost: ${host}`],
])('%s are refused as 400', async (_name, headers) => {
  const served = await serve()
  const answer = await rawRequest(
    served,
    `GET /images/1 HTTP/1.1\r\n${headers(served.host)}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
})

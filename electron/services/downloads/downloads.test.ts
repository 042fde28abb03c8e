/** Downloads from a server that misbehaves in every way that servers do: the right file in the end, or none. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '#shared/errors.ts'
import { cleanUp } from '../../db/testing/studio-folder.ts'
import { filesIn, hashOf, openDownloads, weights } from './testing/downloads-fixture.ts'
import { etagOf } from './testing/file-server.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  cleanUp()
})

const error = (code: ErrorCode, message = ''): Error =>
  expect.objectContaining({ name: 'AppError', code, message: expect.stringContaining(message) as string }) as Error
const MIB = 2 ** 20

async function open(changes: Parameters<typeof openDownloads>[0] = {}) {
  const fixture = await openDownloads(changes)
  ends.push(() => fixture.close())
  const bytes = weights(3 * MIB + 12_345)
  fixture.server.files.set('/model.safetensors', bytes)
  const source = `${fixture.server.url}/model.safetensors`
  return { ...fixture, bytes, source, expected: { 'model.safetensors': hashOf(bytes) } }
}

describe('one file', () => {
  test('gets its name when it is whole, and the models hear of it', async () => {
    const { downloads, until, source, modelsDir, expected, added, told } = await open()
    const { id } = await downloads.start({ source })
    const done = await until(id, 'done')
    expect(done).toMatchObject({ state: 'done', name: 'model.safetensors', error: null, bytesDone: done.sizeBytes })
    expect(filesIn(modelsDir)).toEqual(expected)
    expect(readdirSync(modelsDir)).toEqual(['model.safetensors'])
    expect(added).toEqual([modelsDir])
    expect(told.filter(({ name }) => name === 'download.changed').length).toBeLessThan(6)
  })

  test('that is dropped ten times comes whole, and hardly anything is fetched twice', async () => {
    const { downloads, until, source, server, modelsDir, expected, bytes } = await open()
    const dropAt = Array.from({ length: 10 }, (_, i) => 280_000 + i * 1_000)
    // the first is for the plan
    server.drops.push(bytes.length, ...dropAt)
    const { id } = await downloads.start({ source })
    await until(id, 'done')
    expect(filesIn(modelsDir)).toEqual(expected)
    const begins = server.requestsOf('/model.safetensors').map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]))
    // a dropped connection takes what nobody has read from it with it
    const sentTwice = begins.slice(2).map((begin, i) => begins[i + 1] + dropAt[i] - begin)
    expect(sentTwice).toHaveLength(10)
    expect(Math.min(...sentTwice)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...sentTwice)).toBeLessThan(MIB / 4)
    expect(server.requests.slice(2).every(({ ifRange }) => ifRange === etagOf(bytes))).toBe(true)
  })

  test('that changes on the server begins anew and says so', async () => {
    const { downloads, until, source, server, modelsDir, bytes } = await open()
    const changed = weights(2 * MIB)
    server.drops.push(bytes.length, MIB)
    server.misbehaviours.set('/model.safetensors', (_request, _response, count) => {
      if (count === 3) server.files.set('/model.safetensors', changed)
      return false
    })
    const { id } = await downloads.start({ source })
    const done = await until(id, 'done')
    expect(done.files[0].note).toContain('changed')
    expect(filesIn(modelsDir)).toEqual({ 'model.safetensors': hashOf(changed) })
  })

  test.each([
    ['ignores ranges', 200, {}, 0],
    ['answers with another part', 206, { 'content-range': 'bytes 7-99/100' }, 7],
    ['says that the part is not there', 416, {}, 0],
  ])('of a server that %s begins anew', async (_name, status, more, from) => {
    const { downloads, until, source, server, modelsDir, expected, bytes } = await open()
    server.drops.push(bytes.length, 2 * MIB)
    server.misbehaviours.set('/model.safetensors', ({ headers }, response) => {
      if (headers.range === undefined) return false
      response.writeHead(status, { etag: etagOf(bytes), 'content-length': bytes.length - from, ...more })
      response.end(bytes.subarray(from))
      return true
    })
    const { id } = await downloads.start({ source })
    expect((await until(id, 'done')).files[0].note).toContain('anew')
    expect(filesIn(modelsDir)).toEqual(expected)
  })

  test.each([429, 500, 503])('of a server that says %i first comes later', async (status) => {
    const { downloads, until, source, server, modelsDir, expected } = await open()
    server.misbehaviours.set('/model.safetensors', (_request, response, count) => {
      if (count === 1 || count > 3) return false
      response.writeHead(status, { 'retry-after': '0' }).end()
      return true
    })
    const { id } = await downloads.start({ source })
    await until(id, 'done')
    expect(filesIn(modelsDir)).toEqual(expected)
  })

  test('of a server that asks for an hour of patience fails for now, and can be tried again', async () => {
    const { downloads, until, source, server, modelsDir, expected } = await open()
    server.misbehaviours.set('/model.safetensors', (_request, response, count) => {
      if (count !== 2) return false
      response.writeHead(429, { 'retry-after': '3600' }).end()
      return true
    })
    const { id } = await downloads.start({ source })
    expect((await until(id, 'failed')).error).toMatchObject({ code: 'download-failed', retryable: true })
    await downloads.retry(id)
    await until(id, 'done')
    expect(filesIn(modelsDir)).toEqual(expected)
  })

  test.each([
    ['drips bytes', 'download-failed', 'only'],
    ['drops at once', 'download-failed', ''],
    ['sends more than announced', 'download-invalid', 'announced'],
    ['sends a page', 'download-invalid', 'no safetensors'],
    ['does not say how long it is', 'download-invalid', 'how long'],
    ['is gone', 'download-refused', '404'],
  ] as const)('of a server that %s fails, without a file', async (fault, code, message) => {
    const { downloads, until, source, server, modelsDir } = await open()
    let drip: NodeJS.Timeout | undefined
    server.misbehaviours.set('/model.safetensors', (_request, response, count) => {
      if (count === 1) return false
      if (fault === 'drops at once') response.destroy()
      else if (fault === 'drips bytes') {
        response.writeHead(200, { 'content-length': 9_999_999 })
        clearInterval(drip)
        drip = setInterval(() => response.write('x'), 20)
      } else if (fault === 'sends more than announced') {
        response.socket!.end('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n' + 'x'.repeat(500))
      } else if (fault === 'sends a page') response.writeHead(200, { 'content-length': 13 }).end('<html></html>')
      else if (fault === 'is gone') response.writeHead(404).end()
      else response.socket!.end('HTTP/1.0 200 OK\r\n\r\nsomething')
      return true
    })
    const { id } = await downloads.start({ source })
    const failed = await until(id, 'failed')
    clearInterval(drip)
    if (fault === 'sends more than announced')
      expect(['download-invalid', 'download-failed']).toContain(failed.error?.code)
    else expect(failed.error).toMatchObject({ code, message: expect.stringContaining(message) as string })
    expect(existsSync(join(modelsDir, 'model.safetensors'))).toBe(false)
  })

  test('does not take the place of another', async () => {
    const { downloads, until, source, modelsDir } = await open()
    mkdirSync(modelsDir)
    writeFileSync(join(modelsDir, 'model.safetensors'), 'mine')
    const { id } = await downloads.start({ source })
    expect((await until(id, 'failed')).error?.code).toBe('name-taken')
    expect(filesIn(modelsDir)).toEqual({ 'model.safetensors': hashOf(Buffer.from('mine')) })
  })

  test('needs room on the disk', async () => {
    const { downloads, source } = await open({ spareBytes: 2 ** 53 })
    await expect(downloads.start({ source })).rejects.toThrow(error('disk-full', 'free some space'))
    expect(downloads.list()).toEqual([])
  })
})

describe('commands', () => {
  test('pause and resume: what is there is not fetched again', async () => {
    const { downloads, until, source, server, modelsDir, expected, bus } = await open()
    server.bytesPerMs = 2_000
    const begun = new Promise<void>((resolve) => {
      bus.listen((event) => {
        if (event.name === 'download.progress' && event.payload.bytesDone > 0) resolve()
      })
    })
    const { id } = await downloads.start({ source })
    await begun
    const paused = await downloads.pause(id)
    expect(paused.state).toBe('paused')
    expect(paused.bytesDone).toBeGreaterThan(0)
    const count = server.requests.length
    server.bytesPerMs = 0
    await downloads.resume(id)
    await until(id, 'done')
    expect(server.requests.slice(count).map(({ range }) => range)).toEqual([`bytes=${paused.bytesDone}-`])
    expect(filesIn(modelsDir)).toEqual(expected)
  })

  test('cancel leaves nothing behind; what is cancelled can begin again', async () => {
    const { downloads, until, source, server, modelsDir, expected, told } = await open()
    server.bytesPerMs = 100
    const { id } = await downloads.start({ source })
    await expect(downloads.start({ source })).rejects.toThrow(error('state-conflict', 'on its way'))
    await expect(downloads.remove(id)).rejects.toThrow(error('state-conflict'))
    expect(await downloads.cancel(id)).toMatchObject({ state: 'cancelled', bytesDone: 0 })
    expect(filesIn(modelsDir)).toEqual({})
    await expect(downloads.pause(id)).rejects.toThrow(error('state-conflict', 'is cancelled'))
    server.bytesPerMs = 0
    await downloads.retry(id)
    await until(id, 'done')
    expect(filesIn(modelsDir)).toEqual(expected)
    await downloads.remove(id)
    expect(downloads.list()).toEqual([])
    expect(told.at(-1)).toMatchObject({ name: 'download.removed', payload: { id } })
    expect(filesIn(modelsDir)).toEqual(expected)
    await expect(downloads.remove(id)).rejects.toThrow(error('not-found'))
  })
})

describe('a repository', () => {
  const unet = weights(MIB + 5)
  const small = weights(200_000)
  const FILES = {
    'README.md': Buffer.from('no'),
    'model_index.json': Buffer.from(
      JSON.stringify({
        _class_name: 'X',
        unet: ['diffusers', 'U'],
        vae: ['diffusers', 'V'],
        text_encoder: [null, null],
        tokenizer: ['t', 'T'],
      }),
    ),
    'unet/config.json': Buffer.from('{}'),
    'unet/diffusion_pytorch_model.safetensors': unet,
    'unet/diffusion_pytorch_model.fp16.safetensors': small,
    'unet/diffusion_pytorch_model.bin': unet,
    'unet/model.onnx': unet,
    'vae/config.json': Buffer.from('{ }'),
    'vae/diffusion_pytorch_model.fp16.safetensors': small,
    'tokenizer/vocab.json': Buffer.from('{"a": 1}'),
    'tokenizer/merges.txt': Buffer.from('a b'),
    'text_encoder/model.safetensors': small,
    'other/model.safetensors': small,
  }
  const CHOSEN = [
    'unet/config.json',
    'unet/diffusion_pytorch_model.safetensors',
    'vae/config.json',
    'vae/diffusion_pytorch_model.fp16.safetensors',
    'tokenizer/vocab.json',
    'tokenizer/merges.txt',
    'model_index.json',
  ]

  test('comes with what its model needs, the index last', async () => {
    const { downloads, until, server, modelsDir, added } = await open()
    server.addRepository('some/model', FILES)
    const plan = await downloads.plan({ source: 'some/model' })
    expect(plan).toMatchObject({ name: 'some/model', target: join(modelsDir, 'some', 'model'), variants: ['fp16'] })
    expect(plan.files.map(({ path }) => path)).toEqual(CHOSEN)
    expect(plan.freeBytes).toBeGreaterThan(0)
    const before = server.requests.length
    const { id } = await downloads.start({ source: 'some/model' })
    await until(id, 'done')
    const found = filesIn(join(modelsDir, 'some', 'model'))
    expect(Object.keys(found).sort()).toEqual([...CHOSEN].sort())
    for (const [path, bytes] of Object.entries(found)) expect(bytes).toBe(hashOf(FILES[path as keyof typeof FILES]))
    expect(server.requests.slice(before).at(-1)?.path).toMatch(/model_index.json$/)
    expect(added).toEqual([modelsDir])
  })

  test('in another precision, where one is asked for and there', async () => {
    const { downloads, server } = await open()
    server.addRepository('some/model', FILES)
    const { files } = await downloads.plan({ source: 'some/model', variant: 'fp16' })
    expect(files.map(({ path }) => path).filter((path) => path.endsWith('safetensors'))).toEqual([
      'unet/diffusion_pytorch_model.fp16.safetensors',
      'vae/diffusion_pytorch_model.fp16.safetensors',
    ])
    await expect(downloads.plan({ source: 'some/model', variant: 'fp8' })).rejects.toThrow(
      error('invalid-argument', 'fp16'),
    )
  })

  test.each(['tokenizer/vocab.json', 'unet/diffusion_pytorch_model.safetensors'])(
    'with a wrong %s fails, and the rest can still be fetched',
    async (path) => {
      const { downloads, until, server, modelsDir } = await open()
      server.addRepository('some/model', FILES)
      const address = `/some/model/resolve/${'0'.repeat(40)}/${path}`
      const right = server.files.get(address)!
      const wrong = Buffer.from(right)
      wrong[wrong.length - 1] ^= 1
      server.files.set(address, wrong)
      const { id } = await downloads.start({ source: 'some/model' })
      expect((await until(id, 'failed')).error).toMatchObject({ code: 'download-invalid', data: { path } })
      expect(server.requestsOf(address)).toHaveLength(2)
      expect(existsSync(join(modelsDir, 'some', 'model', path))).toBe(false)
      expect(existsSync(join(modelsDir, 'some', 'model', 'model_index.json'))).toBe(false)
      server.files.set(address, right)
      await downloads.retry(id)
      expect((await until(id, 'done')).state).toBe('done')
    },
  )

  test('that is no model as a whole is refused with its files, and one of them can be named', async () => {
    const { downloads, server } = await open()
    server.addRepository('some/loras', {
      'README.md': Buffer.from('no'),
      'a.safetensors': small,
      'b.safetensors': unet,
    })
    const choices = { data: { files: ['a.safetensors', 'b.safetensors'] } }
    const source = 'some/loras'
    await expect(downloads.plan({ source })).rejects.toMatchObject({ code: 'download-refused', ...choices })
    await expect(downloads.plan({ source, files: ['c.safetensors'] })).rejects.toMatchObject(choices)
    expect((await downloads.plan({ source, files: ['b.safetensors'] })).sizeBytes).toBe(unet.length)
  })

  test('that is there already is not fetched again', async () => {
    const { downloads, until, server } = await open()
    server.addRepository('some/model', FILES)
    await until((await downloads.start({ source: 'some/model' })).id, 'done')
    server.requests.length = 0
    expect(await until((await downloads.start({ source: 'some/model' })).id, 'done')).toMatchObject({ state: 'done' })
    expect(server.requests.filter(({ path }) => path.includes('/unet/'))).toEqual([])
  })

  test.each([
    'unet/../../../evil.json',
    '/unet/evil.json',
    'unet/C:evil.json',
    'unet/a\\..\\evil.json',
    'unet/con.json',
    'unet/evil.json ',
    'unet/CONFIG.json',
    'unet/\u0000.json',
  ])('with the file name %j writes nothing there', async (name) => {
    const { downloads, server, modelsDir, dataDir } = await open()
    server.addRepository('some/model', { ...FILES, [name]: Buffer.from('evil') })
    const before = readdirSync(dataDir)
    const plan = downloads.plan({ source: 'some/model' }).then(
      ({ files }) => files.map(({ path }) => path),
      (thrown: unknown) => thrown,
    )
    // refused, or not among what is fetched
    expect([error('download-invalid', 'file name'), CHOSEN]).toContainEqual(await plan)
    expect(readdirSync(dataDir)).toEqual(before)
    expect(existsSync(modelsDir)).toBe(false)
  })

  test.each([
    [401, {}, 'needs a token'],
    [403, { 'x-error-code': 'GatedRepo' }, 'agreement'],
    [404, {}, 'not there'],
  ])('that answers %i is refused with what to do', async (status, headers, message) => {
    const { downloads, server } = await open()
    server.misbehaviours.set('/api/models/some/model/revision/main', (_request, response) => {
      response.writeHead(status, headers).end()
      return true
    })
    await expect(downloads.start({ source: 'some/model' })).rejects.toThrow(error('download-refused', message))
  })
})

describe('where it leads', () => {
  test('the token stays with its host', async () => {
    const other = await open()
    const asked: string[] = []
    const { downloads, until, server, modelsDir } = await open({
      tokenFor: (host) => {
        asked.push(host)
        return 'secret'
      },
    })
    server.misbehaviours.set('/file.safetensors', (_request, response) => {
      const headers = { 'x-linked-etag': `"${createHash('sha256').update(other.bytes).digest('hex')}"` }
      response.writeHead(302, { ...headers, location: `${other.server.url}/model.safetensors` }).end()
      return true
    })
    const { id } = await downloads.start({ source: `${server.url}/file.safetensors` })
    expect((await until(id, 'done')).error).toBeNull()
    expect(new Set(asked)).toEqual(new Set([new URL(server.url).host]))
    expect(server.requests.map(({ authorization }) => authorization)).toEqual(['Bearer secret', 'Bearer secret'])
    expect(other.server.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined])
    expect(filesIn(modelsDir)).toEqual({ 'file.safetensors': hashOf(other.bytes) })
  })

  test('circles, unencrypted places and passwords in addresses are refused', async () => {
    const { downloads, server } = await open()
    const redirect = (path: string, location: string): void => {
      server.misbehaviours.set(path, (_request, response) => {
        response.writeHead(302, { location }).end()
        return true
      })
    }
    redirect('/circle', '/circle')
    redirect('/out', 'http://example.com/model.safetensors')
    redirect('/file', 'file:///etc/passwd')
    const refused = (source: string, code: ErrorCode, message: string): Promise<void> =>
      expect(downloads.start({ source })).rejects.toThrow(error(code, message))
    await refused(`${server.url}/circle`, 'download-refused', 'sent on')
    await refused(`${server.url}/out`, 'download-refused', 'not encrypted')
    await refused(`${server.url}/file`, 'download-refused', 'not encrypted')
    await refused('http://example.com/a.safetensors', 'download-refused', 'not encrypted')
    await refused('https://me:secret@example.com/a', 'invalid-argument', 'password')
    await refused('file:///etc/passwd', 'invalid-argument', 'no source')
    await refused('../x', 'invalid-argument', 'no source')
    await expect(downloads.start({ source: 'a/b', target: 'here' })).rejects.toThrow(
      error('invalid-argument', 'whole path'),
    )
  })

  test.each(['.', 'backups', 'images/2026-01-01', 'modelsX', 'link', 'models/../inputs'])(
    'a target among other files of the data folder is refused: %s',
    async (name) => {
      const { downloads, server, dataDir } = await open()
      symlinkSync(dataDir, join(dataDir, 'link'))
      const target = `${dataDir}/${name}`
      await expect(downloads.start({ source: `${server.url}/model.safetensors`, target })).rejects.toThrow(
        error('invalid-argument', 'belongs to the data folder'),
      )
      expect(
        await downloads.plan({ source: `${server.url}/model.safetensors`, target: join(dataDir, 'models', 'a') }),
      ).toBeDefined()
    },
  )

  test('proxies of the environment are used, but not for what they leave out', async () => {
    const asked: string[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url!)
      response.writeHead(502).end()
    })
    proxy.on('connect', (request, socket) => {
      asked.push(request.url!)
      socket.end('HTTP/1.1 502 No\r\n\r\n')
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const { downloads, server } = await open({
      allowHttp: true,
      proxyEnv: { HTTPS_PROXY: address, HTTP_PROXY: address, NO_PROXY: '127.0.0.1' },
    })
    await expect(downloads.plan({ source: 'http://models.invalid/a.safetensors' })).rejects.toThrow(
      error('download-failed'),
    )
    await expect(downloads.plan({ source: 'https://models.invalid/a.safetensors' })).rejects.toThrow(
      error('download-failed'),
    )
    expect(await downloads.plan({ source: `${server.url}/model.safetensors` })).toBeDefined()
    expect(asked).toEqual(['http://models.invalid/a.safetensors', 'models.invalid:443'])
    proxy.close()
  })
})

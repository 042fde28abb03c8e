/** A1111's API, its real limits and bodies of the sizes that programs send by mistake: refused in words, memory stays small. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'

const FAKE_CLI = join(import.meta.dirname, '../fixtures/engine/fake-cli.ts')
const TOKEN = 'only-for-this-test'
const MIB = 2 ** 20
/** A file of 100 MB as base64. */
const IMAGE_LETTERS = Math.ceil(100e6 / 3) * 4

let root: string
let served: ChildProcess
let url: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'reprise-a1111-'))
  served = spawn(process.execPath, [FAKE_CLI, 'serve', '--a1111', '--json', '--port', '0'], {
    cwd: root,
    env: { ...process.env, REPRISE_DATA_DIR: join(root, 'data'), REPRISE_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(served.stdout!), 'line')) as [string]
  url = (JSON.parse(line) as { url: string }).url
})
afterAll(async () => {
  served.kill('SIGTERM')
  await once(served, 'close')
  await rm(root, { recursive: true })
})

interface Reply {
  status: number
  body: { error: string; detail: string }
}

/** A body with an image of so many letters, sent piece by piece, with or without its length. */
async function send(letters: number, { withLength }: { withLength: boolean }): Promise<Reply> {
  const [head, tail] = ['{"init_images":["', '"]}']
  const sent = httpRequest(`${url}sdapi/v1/img2img`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}`,
      'content-type': 'application/json',
      ...(withLength && { 'content-length': head.length + letters + tail.length }),
    },
  })
  // the server hangs up on what it refuses
  sent.on('error', () => undefined)
  const answered = once(sent, 'response')
  const body = Readable.from(
    (function* () {
      yield head
      for (let left = letters; left > 0; left -= MIB) yield 'A'.repeat(Math.min(left, MIB))
      yield tail
    })(),
  )
  body.on('error', () => undefined).pipe(sent)
  const [response] = (await answered) as [Readable & { statusCode: number }]
  const text = (await response.toArray()).join('')
  return { status: response.statusCode, body: JSON.parse(text) as Reply['body'] }
}

/** The most that the process has had in memory so far. */
async function peakMib(): Promise<number> {
  const status = await readFile(`/proc/${served.pid}/status`, 'utf8')
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)![1]) / 1024
}

const tooLarge = {
  status: 413,
  body: {
    error: 'request-too-large',
    detail: 'the request has more than the 64 MiB that are taken here: send less at once, or a smaller image',
  },
}

test.runIf(process.platform === 'linux')(
  'an image of 100 MB is refused, said beforehand or not; ten at once do not fill the memory',
  async () => {
    const before = await peakMib()
    expect(await send(IMAGE_LETTERS, { withLength: true })).toMatchObject(tooLarge)
    const afterSaid = await peakMib()
    // not the body, which alone is 127: a studio that has just started grows by itself too
    expect(afterSaid - before).toBeLessThan(100)
    expect(await send(IMAGE_LETTERS, { withLength: false })).toMatchObject(tooLarge)
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(IMAGE_LETTERS, { withLength: false })))
    for (const { status } of replies) expect([413, 429]).toContain(status)
    expect(replies.some(({ status }) => status === 413)).toBe(true)
    // eight are read at once
    expect((await peakMib()) - before).toBeLessThan(8 * 64 * 2)

    // what is just not too large is looked at, and is no image
    expect(await send(63 * MIB, { withLength: false })).toMatchObject({ status: 422, body: { error: 'image-invalid' } })
    expect(await send(8, { withLength: true })).toMatchObject({ status: 422, body: { error: 'image-invalid' } })
  },
  60_000,
)

/** With real forked processes (test/fixtures/engine/fake-child.ts), killed in the middle. */
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { PROTOCOL_VERSION, type GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ChildExit, ChildHandle } from './child-handle.ts'
import { connectEngine, type EngineClient } from './engine-client.ts'
import { forkNodeChild } from './node-child.ts'

const FAKE_CHILD = fileURLToPath(new URL('../../test/fixtures/engine/fake-child.ts', import.meta.url))

const request = (...prompts: string[]): GenerationRequest => ({
  kind: 'text-to-image',
  modelDir: '/nowhere',
  items: prompts.map((prompt, index) => ({ prompt, negativePrompt: '', seed: 2n ** 64n - 1n - BigInt(index) })),
})

const open: EngineClient[] = []
async function start(child = forkNodeChild(FAKE_CHILD)): Promise<EngineClient> {
  const engine = await connectEngine(child)
  open.push(engine)
  return engine
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close(100)))
})

describe('a generation', () => {
  test('streams its events, then gives its result', async () => {
    const engine = await start()
    const events: GenerationEvent[] = []
    const result = await engine.generate(request('a', 'b'), { onEvent: (event) => events.push(event) })
    expect(result.imageCount).toBe(2)
    expect(events.map((event) => event.type).join(' ')).toBe('plan activity step step step image step step step image')
    const image = events.at(-1)
    if (image?.type !== 'image') throw new Error('no image')
    expect(image.pixels).toHaveLength(192)
    expect(image.pixels[0]).toBe(254)
    expect(image.settings.seed).toBe(2n ** 64n - 2n)
  })

  test('a second one waits for the first; each gets its own events', async () => {
    const engine = await start()
    const order: string[] = []
    const run = (name: string): Promise<unknown> =>
      engine.generate(request(name), {
        onEvent: (event) => event.type === 'image' && order.push(event.settings.prompt),
      })
    await Promise.all([run('slow one'), run('two')])
    expect(order).toEqual(['slow one', 'two'])
  })

  test('fails with the code of what the engine refused, and goes on', async () => {
    const engine = await start()
    await expect(engine.generate(request('refuse'), { onEvent: () => undefined })).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'no such model',
    })
    await engine.generate(request('fine'), { onEvent: () => undefined })
  })

  test('ends when its listener throws; the engine goes on', async () => {
    const engine = await start()
    const onEvent = (): void => {
      throw new Error('disk full')
    }
    await expect(engine.generate(request('a'), { onEvent })).rejects.toThrow(/disk full/)
    await engine.generate(request('fine'), { onEvent: () => undefined })
  })

  test('is cancelled between steps; a waiting one before it begins', async () => {
    const engine = await start()
    const controller = new AbortController()
    const events: string[] = []
    const first = engine.generate(request('slow'), {
      signal: controller.signal,
      onEvent: (event) => {
        events.push(event.type)
        if (event.type === 'step') controller.abort()
      },
    })
    const second = engine.generate(request('b'), {
      signal: controller.signal,
      onEvent: (event) => events.push(event.type),
    })
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    expect(events).toEqual(['plan', 'activity', 'step'])
    await engine.generate(request('fine'), { onEvent: () => undefined })
  })
})

describe('an engine process that ends', () => {
  test('killed in the middle: all pending work fails, with what to do', async () => {
    const engine = await start()
    let images = 0
    const work = ['killed', 'waiting'].map((prompt) =>
      engine.generate(request(prompt, 'b'), { onEvent: (event) => event.type === 'image' && images++ }),
    )
    for (const outcome of await Promise.allSettled(work)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'engine-died' } })
      expect((outcome as PromiseRejectedResult).reason).toHaveProperty(
        'message',
        expect.stringMatching(/SIGKILL.*memory.*--max-memory/),
      )
    }
    expect(images).toBe(1)
    await expect(engine.generate(request('c'), { onEvent: () => undefined })).rejects.toMatchObject({
      code: 'engine-died',
    })
  })

  test('by itself: the exit code and its last words', async () => {
    const engine = await start()
    await expect(engine.generate(request('exit', 'b'), { onEvent: () => undefined })).rejects.toMatchObject({
      // what it printed says why
      code: 'out-of-memory',
      message: expect.stringMatching(/exit code 3.*bad_alloc/) as string,
      data: { engineDied: true, exitCode: 3, outputTail: 'some warning\nbad_alloc: no memory\n' },
    })
  })

  test('by an error that nothing caught: the pending request gets it', async () => {
    const engine = await start()
    await expect(engine.generate(request('throw slow'), { onEvent: () => undefined })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('nobody catches this') as string,
    })
  })

  test('that never starts', async () => {
    await expect(start(forkNodeChild('/nowhere/engine.js'))).rejects.toMatchObject({ code: 'engine-died' })
  })

  test('that hangs is killed by close', async () => {
    const engine = await start()
    const work = engine.generate(request('hang'), { onEvent: () => undefined })
    await Promise.all([expect(work).rejects.toMatchObject({ code: 'engine-died' }), engine.close(200)])
  })
})

describe('the handshake', () => {
  /** A child that answers every message with what `answer` says. */
  function scripted(answer: (type: string) => unknown): ChildHandle & { killed: boolean } {
    let message: (raw: unknown) => void = () => undefined
    let exit: (exit: ChildExit) => void = () => undefined
    return {
      killed: false,
      onMessage: (listener) => (message = listener),
      onExit: (listener) => (exit = listener),
      send: ({ type }) => {
        const raw = answer(type)
        if (raw !== undefined)
          queueMicrotask(() => {
            message(raw)
          })
      },
      kill() {
        this.killed = true
        exit({ code: null, signal: 'SIGKILL' })
      },
    }
  }
  const hello = {
    type: 'hello',
    protocolVersion: PROTOCOL_VERSION,
    engineVersion: '1',
    runtimeVersion: '1',
    providers: [],
  }

  test('refuses a child of another version and kills it', async () => {
    const child = scripted(() => ({ ...hello, protocolVersion: 999 }))
    await expect(connectEngine(child)).rejects.toMatchObject({
      code: 'engine-protocol',
      message: expect.stringMatching(/protocol \d.*999/) as string,
    })
    expect(child.killed).toBe(true)
  })

  test('has a time limit', async () => {
    const child = scripted(() => undefined)
    await expect(connectEngine(child, { handshakeTimeoutMs: 10 })).rejects.toMatchObject({ code: 'engine-died' })
    expect(child.killed).toBe(true)
  })

  test('a message that the protocol does not know fails pending work', async () => {
    const child = scripted((type) =>
      type === 'hello' ? hello : { type: 'progress', id: 1, event: { type: 'surprise' } },
    )
    const engine = await connectEngine(child)
    await expect(engine.generate(request('a'), { onEvent: () => undefined })).rejects.toMatchObject({
      code: 'engine-protocol',
    })
    expect(child.killed).toBe(true)
  })
})

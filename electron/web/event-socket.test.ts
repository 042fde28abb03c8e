/** The WebSocket: calls, events and what is missed of them, and its limits. */
import { once } from 'node:events'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { StudioEvent } from '#shared/contract/events.ts'
import { StreamClient } from '#shared/contract/stream-client.ts'
import { ask, BEARER, cleanUp, connect, dial, fakeStudio, serve } from './testing/served.ts'

afterEach(cleanUp)

const call = (id: number, procedure: string, input: unknown = {}) => ({ type: 'call' as const, id, procedure, input })
const preview = (size = 10) => ({ itemId: 1, step: 1, widthPx: 8, heightPx: 8, bytes: new Uint8Array(size).fill(3) })

describe('calls', () => {
  test('are answered when they are done, in any order, with seeds and bytes whole', async () => {
    const served = await serve()
    const line = await connect(served)
    expect(await line.receive(1)).toEqual([
      { type: 'hello', epoch: served.studio.bus.epoch, lastNumber: 0, version: expect.any(String) as string },
    ])
    line.send(call(1, 'tags.list'))
    line.send(call(2, 'presets.create', { name: 'a', settings: { seed: '18446744073709551615' } }))
    line.send(call(3, 'history.export', { id: 1 }))
    expect(await line.receive(2, 1)).toMatchObject([
      { type: 'result', id: 2, output: { settings: { seed: '18446744073709551615' } } },
      { type: 'result', id: 3, output: { bytes: new Uint8Array([1, 2, 3]) } },
    ])
    served.studio.gate.open()
    expect(await line.receive(1, 3)).toEqual([{ type: 'result', id: 1, output: [] }])
    line.send(call(4, 'inputs.add', { bytes: new Uint8Array(100_000) }))
    expect(await line.receive(1, 4)).toMatchObject([{ id: 4, output: { sizeBytes: 100_000 } }])
  })

  test('fail with the error of the contract, and with nothing of what was not foreseen', async () => {
    const served = await serve()
    const line = await connect(served)
    line.send(call(1, 'collections.create', { name: 'a' }))
    line.send(call(2, 'no.such'))
    line.send(call(3, 'tags.remove', { id: '../x' }))
    line.send(call(4, 'collections.list'))
    const answers = await line.receive(4, 1)
    expect(answers).toMatchObject([
      { id: 1, error: { code: 'name-taken', data: { name: 'a' } } },
      { id: 2, error: { code: 'procedure-unknown' } },
      { id: 3, error: { code: 'invalid-argument' } },
      { id: 4, error: { code: 'internal' } },
    ])
    expect(JSON.stringify(answers)).not.toContain('ENOENT')
    expect(served.internalErrors).toEqual([
      'WebSocket collections.list: unexpected failure: ENOENT: /home/somebody/secret',
    ])
  })

  test('are so many at once, and so many in a second', async () => {
    const served = await serve({ limits: { callsAtOnce: 2 } })
    const line = await connect(served)
    for (let id = 1; id <= 3; id++) line.send(call(id, 'tags.list'))
    expect(await line.receive(1, 1)).toMatchObject([{ id: 3, error: { code: 'too-many-requests', retryable: true } }])
    served.studio.gate.open()
    expect(await line.receive(2, 2)).toMatchObject([{ type: 'result' }, { type: 'result' }])

    const hasty = await connect(await serve({ limits: { callsPerSecond: 3 } }))
    for (let id = 1; id <= 5; id++) hasty.send(call(id, 'settings.get'))
    const answers = await hasty.receive(5, 1)
    expect(answers.filter(({ type }) => type === 'error')).toHaveLength(2)
  })
})

describe('frames that are none end the connection', () => {
  test.each<[string, string | Uint8Array, number]>([
    ['no JSON', '{', 1008],
    ['no message', '{"type":"x"}', 1008],
    ['an empty binary one', new Uint8Array(), 1008],
    ['a header that lies', new Uint8Array([255, 255, 255, 255, 1]), 1008],
    ['too much text', ' '.repeat(2001), 1009],
    ['a header that is too large', new Uint8Array(3000).fill(0xd0, 0, 1).fill(7, 1, 2).fill(0, 2, 4), 1008],
    ['more bytes than any frame has', new Uint8Array(6000), 1009],
  ])('%s', async (_what, frame, code) => {
    const served = await serve({ limits: { jsonBytes: 2000, inputBytes: 3000 } })
    const line = await connect(served)
    line.socket.send(frame)
    expect((await line.closed)[0]).toBe(code)
    expect((await ask(served, '/', { headers: BEARER })).status).toBe(200)
  })
})

describe('events', () => {
  test('come after listening, numbered; previews as bytes', async () => {
    const served = await serve()
    const { bus } = served.studio
    const line = await connect(served)
    bus.emit('job.removed', { id: 1 })
    line.send({ type: 'listen' })
    line.send(call(1, 'settings.get'))
    await line.receive(2)
    bus.emit('job.removed', { id: 2 })
    bus.emit('item.preview', preview())
    expect(await line.receive(2, 2)).toEqual([
      { type: 'event', name: 'job.removed', payload: { id: 2 }, number: 2 },
      { type: 'event', name: 'item.preview', payload: preview() },
    ])
  })

  test('that were missed are told in order after a new connection', async () => {
    const served = await serve()
    const { bus } = served.studio
    const first = dial(served)
    const stream = new StreamClient()
    const seen: StudioEvent[] = []
    stream.listen({ onEvent: (event) => seen.push(event), onReset: () => expect.unreachable() })
    await stream.connect(first)
    await stream.client.settings.get({})
    bus.emit('job.removed', { id: 1 })
    await stream.client.settings.get({})
    first.terminate()
    await once(first, 'close')
    bus.emit('job.removed', { id: 2 })
    bus.emit('item.preview', preview())
    bus.emit('job.removed', { id: 3 })
    await stream.connect(dial(served))
    bus.emit('job.removed', { id: 4 })
    await stream.client.settings.get({})
    expect(seen.map(({ payload }) => payload)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }])
  })

  test('that are no longer kept, or are of another run, are a reset', async () => {
    const served = await serve({ studio: fakeStudio({ keptEvents: 2 }) })
    const { bus } = served.studio
    for (let id = 1; id <= 10; id++) bus.emit('job.removed', { id })
    const resets = async (since: { epoch: string; number: number }): Promise<unknown> => {
      const line = await connect(served)
      line.send({ type: 'listen', since })
      return (await line.receive(1, 1))[0]
    }
    const reset = { type: 'reset', lastNumber: 10 }
    expect(await resets({ epoch: bus.epoch, number: 1 })).toEqual(reset)
    expect(await resets({ epoch: bus.epoch, number: 11 })).toEqual(reset)
    expect(await resets({ epoch: 'another', number: 10 })).toEqual(reset)
    expect(await resets({ epoch: bus.epoch, number: 9 })).toMatchObject({ type: 'event', number: 10 })
  })

  test('that break the contract are reported, and whoever listens loads anew', async () => {
    const served = await serve()
    const line = await connect(served)
    line.send({ type: 'listen' })
    line.send(call(1, 'settings.get'))
    await line.receive(2)
    served.studio.bus.emit('job.removed', { id: -1 })
    expect(await line.receive(1, 2)).toEqual([{ type: 'reset', lastNumber: 1 }])
    expect(served.internalErrors).toHaveLength(1)
  })

  test('are not sent to those who are gone', async () => {
    const served = await serve()
    const line = await connect(served)
    line.send({ type: 'listen' })
    line.send(call(1, 'settings.get'))
    await line.receive(2)
    line.socket.terminate()
    const unlisten = vi.fn()
    vi.spyOn(served.studio.bus, 'listen').mockReturnValue(unlisten)
    const other = await connect(served)
    other.send({ type: 'listen' })
    other.send(call(1, 'settings.get'))
    await other.receive(2)
    other.socket.close()
    await vi.waitFor(() => {
      expect(unlisten).toHaveBeenCalledOnce()
    })
  })
})

describe('a client that does not fetch what it is sent', () => {
  const MB = 1024 * 1024

  test('loses previews, but nothing that lasts', async () => {
    const served = await serve({ limits: { slowBytes: MB } })
    const line = await connect(served)
    line.send({ type: 'listen' })
    line.send(call(1, 'settings.get'))
    await line.receive(2)
    line.socket.pause()
    for (let at = 0; at < 100; at++) {
      served.studio.bus.emit('item.preview', preview(MB))
      served.studio.bus.emit('job.removed', { id: at + 1 })
    }
    line.socket.resume()
    while (line.messages.filter((message) => message.type === 'event' && message.number !== undefined).length < 100) {
      await line.receive(line.messages.length + 1)
    }
    const previews = line.messages.filter((message) => message.type === 'event' && message.name === 'item.preview')
    expect(previews.length).toBeGreaterThan(0)
    expect(previews.length).toBeLessThan(50)
  })

  test('is dropped when too much is waiting', async () => {
    const served = await serve({ limits: { stuckBytes: MB } })
    const line = await connect(served)
    line.send({ type: 'listen' })
    line.send(call(1, 'settings.get'))
    await line.receive(2)
    line.socket.pause()
    const message = 'x'.repeat(100_000)
    for (let at = 0; at < 200; at++) served.studio.bus.emit('warning', { message })
    line.socket.resume()
    expect(await line.closed).toEqual([1013, 'too slow: events pile up; connect again'])
    expect(line.messages.length).toBeLessThan(200)
  })

  test('can ask no more until it has fetched its answers', async () => {
    const served = await serve({ limits: { callsAtOnce: 2 } })
    const big = vi.spyOn(served.studio.router, 'call').mockResolvedValue('x'.repeat(20 * MB))
    const line = await connect(served)
    await line.receive(1)
    line.socket.pause()
    for (let id = 1; id <= 2; id++) line.send(call(id, 'settings.get'))
    await vi.waitFor(() => {
      expect(big).toHaveBeenCalledTimes(2)
    })
    line.send(call(3, 'settings.get'))
    await ask(served, '/', { headers: BEARER })
    line.socket.resume()
    const answers = await line.receive(3, 1)
    expect(big).toHaveBeenCalledTimes(2)
    expect(answers.map(({ type }) => type).sort()).toEqual(['error', 'result', 'result'])
  })

  test('is gone if it does not answer a ping', async () => {
    const served = await serve({ limits: { pingMs: 50 } })
    const deaf = await connect(served, { autoPong: false })
    const alive = await connect(served)
    expect((await deaf.closed)[0]).toBe(1006)
    alive.send(call(1, 'settings.get'))
    expect(await alive.receive(1, 1)).toMatchObject([{ id: 1 }])
  })
})

test('so many windows and no more', async () => {
  const served = await serve({ limits: { sockets: 1 } })
  const first = await connect(served)
  await expect(connect(served)).rejects.toThrow('429')
  first.socket.close()
  await first.closed
  await vi.waitFor(() => connect(served))
})

describe('when the server closes', () => {
  test('what runs is finished first, and everybody is told', async () => {
    const served = await serve()
    const line = await connect(served)
    const idle = await connect(served)
    line.send(call(1, 'tags.list'))
    const http = ask(served, '/api/tags.list', {
      method: 'POST',
      headers: { ...BEARER, 'content-type': 'application/json' },
    })
    await served.studio.gate.arrived(2)
    const closed = served.server.close()
    expect(await idle.closed).toEqual([1001, 'the studio is closing'])
    expect(await ask(served, '/', { headers: BEARER })).toMatchObject({ status: 503, code: 'connection-lost' })
    await expect(connect(served)).rejects.toThrow('503')
    served.studio.gate.open()
    expect(await line.receive(1, 1)).toEqual([{ type: 'result', id: 1, output: [] }])
    expect((await line.closed)[0]).toBe(1001)
    expect((await http).status).toBe(200)
    await closed
    await expect(ask(served, '/', { headers: BEARER })).rejects.toThrow('ECONNREFUSED')
  })

  test('what takes too long is not waited for', async () => {
    const served = await serve({ limits: { closeTimeoutMs: 100 } })
    const line = await connect(served)
    line.send(call(1, 'tags.list'))
    const http = ask(served, '/api/tags.list', {
      method: 'POST',
      headers: { ...BEARER, 'content-type': 'application/json' },
    })
    const failed = expect(http).rejects.toThrow()
    await served.studio.gate.arrived(2)
    await served.server.close()
    await failed
    expect((await line.closed)[0]).toBe(1001)
  })
})

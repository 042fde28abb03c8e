import { expect, test } from 'vitest'
import type { StudioEvent } from './events.ts'
import { StreamClient, type SocketLike } from './stream-client.ts'
import { decodeClientFrame, encodeFrame, type ClientMessage, type Frame, type ServerMessage } from './wire.ts'

/** The studio's end, in this process. */
class FakeSocket implements SocketLike {
  binaryType = 'blob'
  readonly sent: ClientMessage[] = []
  isClosed = false
  readonly #listeners: Record<string, ((event: never) => void)[]> = { message: [], close: [] }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners[type].push(listener)
  }
  send(frame: Frame): void {
    this.sent.push(decodeClientFrame(frame, 1_000_000))
  }
  close(): void {
    this.isClosed = true
  }
  tell(message: ServerMessage): void {
    const frame = encodeFrame(message)
    this.raw(typeof frame === 'string' ? frame : frame.buffer)
  }
  raw(data: unknown): void {
    for (const listener of this.#listeners.message) listener({ data } as never)
  }
  end(reason = ''): void {
    for (const listener of this.#listeners.close) listener({ reason } as never)
  }
  lastId(): number {
    const last = this.sent.at(-1)
    return last?.type === 'call' ? last.id : -1
  }
}

async function connected(stream: StreamClient, { epoch = 'one', lastNumber = 5 } = {}): Promise<FakeSocket> {
  const socket = new FakeSocket()
  const done = stream.connect(socket)
  socket.tell({ type: 'hello', epoch, lastNumber, version: '1' })
  await done
  return socket
}

function listening(stream: StreamClient): string[] {
  const seen: string[] = []
  stream.listen({ onEvent: ({ name }) => seen.push(name), onReset: () => seen.push('reset') })
  return seen
}
const removed = (number: number): ServerMessage => ({ type: 'event', name: 'job.removed', payload: { id: 1 }, number })

test('answers find their calls in any order, decoded', async () => {
  const stream = new StreamClient()
  const socket = await connected(stream)
  const settings = stream.client.settings.get({})
  const settingsId = socket.lastId()
  const presets = stream.client.presets.list({})
  const preset = { id: 1, name: 'a', settings: { seed: '18446744073709551615' }, createdAtMs: 1, updatedAtMs: 1 }
  socket.tell({ type: 'result', id: socket.lastId(), output: [preset] })
  const error = { code: 'state-conflict' as const, message: 'no', data: { id: 1 }, retryable: false }
  socket.tell({ type: 'error', id: settingsId, error })
  expect((await presets)[0].settings.seed).toBe(2n ** 64n - 1n)
  await expect(settings).rejects.toMatchObject(error)
})

test('an answer that does not fit the contract is an error, and so is an input that cannot be sent', async () => {
  const stream = new StreamClient()
  const socket = await connected(stream)
  const answer = stream.client.settings.get({})
  socket.tell({ type: 'result', id: socket.lastId(), output: { threads: 'many' } })
  await expect(answer).rejects.toMatchObject({ code: 'internal' })
  await expect(stream.client.history.get({ id: 1n as unknown as number })).rejects.toThrow(TypeError)
})

test('when the connection ends every waiting call fails, as retryable, and so does a call without one', async () => {
  const stream = new StreamClient()
  await expect(stream.client.studio.info({})).rejects.toMatchObject({ code: 'connection-lost' })
  const socket = await connected(stream)
  const calls = [stream.client.studio.info({}), stream.client.settings.get({})]
  socket.end('going away')
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({
      code: 'connection-lost',
      retryable: true,
      message: expect.stringContaining('going away') as string,
    })
  }
  await expect(stream.client.studio.info({})).rejects.toMatchObject({ code: 'connection-lost' })
})

test('a connection that ends before its hello', async () => {
  const socket = new FakeSocket()
  const done = new StreamClient().connect(socket)
  socket.end()
  await expect(done).rejects.toMatchObject({ code: 'connection-lost' })
})

test('events go on where they ended after a new connection', async () => {
  const stream = new StreamClient()
  const seen = listening(stream)
  const first = await connected(stream)
  expect(first.sent).toEqual([{ type: 'listen', since: { epoch: 'one', number: 5 } }])
  first.tell(removed(6))
  first.tell(removed(7))
  first.end()
  const second = await connected(stream, { lastNumber: 9 })
  expect(second.sent).toEqual([{ type: 'listen', since: { epoch: 'one', number: 7 } }])
  // what the first one still says is no longer heard
  first.tell(removed(8))
  expect(seen).toEqual(['job.removed', 'job.removed'])
})

test('after a reset it goes on from there, in the new epoch', async () => {
  const stream = new StreamClient()
  const seen = listening(stream)
  await connected(stream)
  const second = await connected(stream, { epoch: 'two', lastNumber: 2 })
  expect(second.sent).toEqual([{ type: 'listen', since: { epoch: 'one', number: 5 } }])
  second.tell({ type: 'reset', lastNumber: 3 })
  const third = await connected(stream, { epoch: 'two', lastNumber: 3 })
  expect(third.sent).toEqual([{ type: 'listen', since: { epoch: 'two', number: 3 } }])
  expect(seen).toEqual(['reset'])
})

test('pictures come as bytes, unknown events are left out, damaged ones are a reset', async () => {
  const stream = new StreamClient()
  const events: StudioEvent[] = []
  let resets = 0
  stream.listen({ onEvent: (event) => events.push(event), onReset: () => (resets += 1) })
  const socket = await connected(stream)
  const payload = { itemId: 3, step: 1, widthPx: 8, heightPx: 8, bytes: new Uint8Array([1, 2]) }
  socket.tell({ type: 'event', name: 'item.preview', payload })
  socket.tell({ type: 'event', name: 'constructor', payload: {} })
  expect(events).toEqual([{ name: 'item.preview', payload }])
  socket.tell({ type: 'event', name: 'job.removed', payload: {}, number: 6 })
  expect(resets).toBe(1)
})

test('a frame that cannot be read ends the connection', async () => {
  const stream = new StreamClient()
  const socket = await connected(stream)
  const call = stream.client.studio.info({})
  socket.raw('{')
  await expect(call).rejects.toMatchObject({ code: 'connection-lost' })
  expect(socket.isClosed).toBe(true)
})

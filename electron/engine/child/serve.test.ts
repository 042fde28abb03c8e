import { expect, test } from 'vitest'
import { PROTOCOL_VERSION, type ChildMessage } from '#shared/engine-protocol.ts'
import { serve } from './serve.ts'

function connect(): { sent: ChildMessage[]; receive: (raw: unknown) => void; shutdowns: () => number } {
  const sent: ChildMessage[] = []
  let receive: (raw: unknown) => void = () => undefined
  let shutdowns = 0
  const unused = (): Promise<never> => Promise.reject(new Error('unused'))
  const engine = { engineVersion: '1', runtimeVersion: '2', providers: ['cpu'], generate: unused, inspect: unused }
  const port = {
    send: (message: ChildMessage) => sent.push(message),
    onMessage: (listener: typeof receive) => (receive = listener),
  }
  serve(port, engine, () => shutdowns++)
  return {
    sent,
    receive: (raw) => {
      receive(raw)
    },
    shutdowns: () => shutdowns,
  }
}

const generate = {
  type: 'generate',
  id: 5,
  request: { kind: 'text-to-image', modelDir: '/m', items: [{ prompt: '', negativePrompt: '', seed: 0n }] },
}

test('nothing is served before the handshake', () => {
  const { sent, receive } = connect()
  receive(generate)
  expect(sent).toMatchObject([{ type: 'error', id: 5, error: { code: 'engine-protocol' } }])
})

test('a parent of another version is told ours, and is refused', () => {
  const { sent, receive } = connect()
  receive({ type: 'hello', protocolVersion: 999 })
  receive(generate)
  expect(sent).toMatchObject([
    { type: 'hello', protocolVersion: PROTOCOL_VERSION, engineVersion: '1', runtimeVersion: '2', providers: ['cpu'] },
    { type: 'error', id: 5, error: { code: 'engine-protocol' } },
  ])
})

test('a message that is not understood fails its request, or the process', () => {
  const { sent, receive } = connect()
  receive({ type: 'hello', protocolVersion: PROTOCOL_VERSION })
  receive({ ...generate, request: { ...generate.request, items: [] } })
  expect(sent[1]).toMatchObject({ type: 'error', id: 5, error: { code: 'engine-protocol' } })
  expect(() => {
    receive('nonsense')
  }).toThrow(/does not understand/)
})

test('shutdown is passed on', () => {
  const { receive, shutdowns } = connect()
  receive({ type: 'shutdown' })
  expect(shutdowns()).toBe(1)
})

test('a ping is answered', () => {
  const { sent, receive } = connect()
  receive({ type: 'ping' })
  expect(sent).toEqual([{ type: 'pong' }])
})

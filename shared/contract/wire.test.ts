import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeClientFrame, decodeServerFrame, encodeFrame, type ServerMessage } from './wire.ts'

const LIMIT = 1_000_000

/** JSON values as they come back: no -0, no undefined. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => new Uint8Array(array))
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, json, bytes, fc.array(tie('value')), tie('record')),
  record: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$bytes', '$$bytes', '__proto__')), tie('value'), {
    noNullPrototype: true,
  }),
}))

function rawFrame(header: unknown, body = new Uint8Array(), headerBytes?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const frame = new Uint8Array(4 + text.length + body.length)
  new DataView(frame.buffer).setUint32(0, headerBytes ?? text.length, true)
  frame.set(text, 4)
  frame.set(body, 4 + text.length)
  return frame
}
const decode = (frame: string | Uint8Array): unknown => decodeClientFrame(frame, LIMIT)
const call = (input: unknown): unknown => ({ type: 'call', id: 1, procedure: 'a.b', input })

describe('what is sent comes back', () => {
  test('calls with bytes anywhere in them', () => {
    fc.assert(
      fc.property(values, fc.nat(), (input, id) => {
        const message = { type: 'call' as const, id, procedure: 'a.b', input }
        expect(decode(encodeFrame(message))).toStrictEqual(message)
      }),
    )
  })

  test('every message of the studio', () => {
    const messages: ServerMessage[] = [
      { type: 'hello', epoch: 'e', lastNumber: 3, version: '1.0.0' },
      { type: 'result', id: 4, output: { bytes: new Uint8Array([1, 2]) } },
      { type: 'result', id: 5, output: undefined },
      { type: 'error', id: 4, error: { code: 'not-found', message: 'no', data: { id: 1 }, retryable: false } },
      { type: 'event', name: 'data.changed', payload: {}, number: 9 },
      { type: 'reset', lastNumber: 9 },
    ]
    expect(messages.map((message) => decodeServerFrame(encodeFrame(message)))).toEqual(messages)
  })

  test('as text without bytes, as one binary frame with them, at any place in memory', () => {
    expect(typeof encodeFrame({ type: 'call', id: 1, procedure: 'a.b', input: { x: 1 } })).toBe('string')
    const frame = encodeFrame({ type: 'call', id: 1, procedure: 'a.b', input: [new Uint8Array([7])] }) as Uint8Array
    const within = new Uint8Array(frame.length + 8)
    within.set(frame, 3)
    expect(decode(within.subarray(3, 3 + frame.length))).toEqual(call([new Uint8Array([7])]))
  })

  test('the layout that other programs rely on', () => {
    const frame = encodeFrame({ type: 'result', id: 1, output: [new Uint8Array([7, 8]), new Uint8Array([9])] })
    const header = '{"message":{"type":"result","id":1,"output":[{"$bytes":0},{"$bytes":1}]},"lengths":[2,1]}'
    expect(frame).toEqual(rawFrame(header, new Uint8Array([7, 8, 9])))
  })
})

describe('hostile frames are errors', () => {
  test.each<[string, string | Uint8Array]>([
    ['no JSON', '{'],
    ['no message', '{"type":"shutdown"}'],
    ['an array', '[]'],
    ['a call without id', '{"type":"call","procedure":"a.b"}'],
    ['a procedure name without end', JSON.stringify({ type: 'call', id: 1, procedure: 'x'.repeat(201) })],
    ['nothing', new Uint8Array()],
    ['less than a length', new Uint8Array([1, 0, 0])],
    ['a header longer than the frame', rawFrame({ message: call(1), lengths: [] }, undefined, 0xffffffff)],
    ['a header shorter than it is', rawFrame({ message: call(1), lengths: [] }, undefined, 5)],
    ['no lengths', rawFrame({ message: call(1) })],
    ['a length past the end', rawFrame({ message: call(1), lengths: [2] }, new Uint8Array(1))],
    ['lengths whose sum overflows', rawFrame({ message: call(1), lengths: [2 ** 53 - 1, 2 ** 53 - 1] })],
    ['a negative length', rawFrame({ message: call(1), lengths: [-1, 1] })],
    ['a fraction', rawFrame({ message: call(1), lengths: [0.5] })],
    ['bytes that no array has', rawFrame({ message: call(1), lengths: [1] }, new Uint8Array(2))],
    ['an index out of range', rawFrame({ message: call({ $bytes: 1 }), lengths: [0] })],
    ['a negative index', rawFrame({ message: call({ $bytes: -1 }), lengths: [0] })],
    ['an index that is a name', rawFrame({ message: call({ $bytes: 'length' }), lengths: [0] })],
    ['a header too deep', rawFrame(`{"message":${'['.repeat(50_000)}${']'.repeat(50_000)},"lengths":[]}`)],
  ])('%s', (_what, frame) => {
    expect(() => decode(frame)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error)
  })

  test('what is too large, as text or as a header', () => {
    const large = call('x'.repeat(LIMIT))
    for (const frame of [JSON.stringify(large), rawFrame({ message: large, lengths: [] })]) {
      expect(() => decode(frame)).toThrow(expect.objectContaining({ code: 'request-too-large' }) as Error)
    }
  })

  test('whatever bytes come, it is a message or an AppError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array(), (header, body) => {
        for (const frame of [header, rawFrame(new TextDecoder().decode(header), body)]) {
          try {
            decode(frame)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid-argument' })
          }
        }
      }),
    )
  })

  test('a field named __proto__ stays a field', () => {
    const frame = rawFrame(
      '{"message":{"type":"call","id":1,"procedure":"a.b","input":{"__proto__":{"x":1}}},"lengths":[]}',
    )
    const { input } = decode(frame) as { input: { x?: number } }
    expect(input.x).toBeUndefined()
    expect(Object.keys(input)).toEqual(['__proto__'])
  })
})

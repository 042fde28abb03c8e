/** Expected bytes are the examples of protobuf.dev/programming-guides/encoding. */
import { describe, expect, it } from 'vitest'
import { ProtoMessage } from './protobuf.ts'

const hex = (message: ProtoMessage): string => Buffer.from(message.finish()).toString('hex')

describe('ProtoMessage', () => {
  it('writes varints', () => {
    expect(hex(new ProtoMessage().int(1, 150))).toBe('089601')
    expect(hex(new ProtoMessage().int(1, -2))).toBe('08feffffffffffffffff01')
    expect(hex(new ProtoMessage().int(1, 2n ** 63n - 1n))).toBe('08ffffffffffffffff7f')
  })

  it('writes strings, nested messages and floats', () => {
    expect(hex(new ProtoMessage().string(2, 'testing'))).toBe('120774657374696e67')
    expect(hex(new ProtoMessage().message(3, new ProtoMessage().int(1, 150)))).toBe('1a03089601')
    expect(hex(new ProtoMessage().float(2, 1))).toBe('150000803f')
  })

  it('writes field numbers above 15 in two bytes', () => {
    expect(hex(new ProtoMessage().int(20, 1))).toBe('a00101')
  })
})

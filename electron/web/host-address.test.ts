import { expect, test } from 'vitest'
import { checkExposure, isLoopback, isWildcard } from './host-address.ts'

test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.1', '::1', '[::1]', '::ffff:127.0.0.1'])(
  '%s is this machine alone',
  (host) => {
    expect(isLoopback(host)).toBe(true)
    expect(checkExposure(host, undefined)).toBeUndefined()
  },
)

test.each([
  '0.0.0.0',
  '::',
  '[::]',
  '192.168.1.5',
  '128.0.0.1',
  '::2',
  'fe80::1',
  'box.local',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
])('%s can be reached: only with a token of its own, and with a warning', (host) => {
  expect(isLoopback(host)).toBe(false)
  const refused = expect.objectContaining({ code: 'invalid-argument' }) as Error
  expect(() => checkExposure(host, undefined)).toThrow(refused)
  expect(() => checkExposure(host, 'short')).toThrow(refused)
  expect(checkExposure(host, 'a long enough token')).toContain('plain HTTP')
})

test('every address', () => {
  expect(['0.0.0.0', '::', '[::]', '0:0:0:0:0:0:0:0'].every(isWildcard)).toBe(true)
  expect(['127.0.0.1', '::1', 'box'].some(isWildcard)).toBe(false)
})

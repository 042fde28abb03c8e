/** What needs addresses that a test machine may not have; the rest is in access.test.ts, over real HTTP. */
import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { requireOwnPage, Site } from './check-origin.ts'

const LAN = '192.168.1.5'

function asked(
  headers: Record<string, string>,
  { localAddress = LAN, localPort = 7860, method = 'GET' } = {},
): FastifyRequest {
  return { headers, method, ws: false, socket: { localAddress, localPort } } as unknown as FastifyRequest
}
const refused = expect.objectContaining({ code: 'origin-refused' }) as Error

test('in the network it answers to its address and its name, and not to loopback names', () => {
  const site = new Site({ host: 'box.local', allowedHosts: [] })
  for (const host of [`${LAN}:7860`, 'box.local:7860', 'BOX.local:7860']) {
    expect(site.originOf(asked({ host }))).toBe(`http://${host.toLowerCase()}`)
  }
  for (const host of ['localhost:7860', '127.0.0.1:7860', '[::1]:7860', 'box.local', '192.168.1.6:7860']) {
    expect(() => site.originOf(asked({ host }))).toThrow(refused)
  }
})

test('addresses of the sixth version, and those of the fourth in their form', () => {
  const site = new Site({ host: '::', allowedHosts: [] })
  expect(site.originOf(asked({ host: '[fd00::5]:7860' }, { localAddress: 'fd00::5' }))).toBe('http://[fd00::5]:7860')
  expect(site.originOf(asked({ host: `${LAN}:7860` }, { localAddress: `::ffff:${LAN}` }))).toBe(`http://${LAN}:7860`)
  expect(() => site.originOf(asked({ host: '[::]:7860' }, { localAddress: 'fd00::5' }))).toThrow(refused)
})

test('the port of HTTP is left out by browsers', () => {
  const site = new Site({ host: LAN, allowedHosts: [] })
  expect(site.originOf(asked({ host: LAN }, { localPort: 80 }))).toBe(`http://${LAN}`)
})

test('browsers tell the site of reading only to loopback: from elsewhere a cookie may read, and no more', () => {
  expect(() => {
    requireOwnPage(asked({}), 'session')
  }).not.toThrow()
  expect(() => {
    requireOwnPage(asked({}, { method: 'POST' }), 'session')
  }).toThrow(refused)
  expect(() => {
    requireOwnPage(asked({}, { localAddress: '::ffff:127.0.0.1' }), 'session')
  }).toThrow(refused)
})

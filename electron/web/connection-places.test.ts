/** Idle connections of strangers shut nobody out. */
import { once } from 'node:events'
import { connect as dialTcp, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ask, BEARER, cleanUp, connect, serve } from './testing/served.ts'

const idle: Socket[] = []
afterEach(async () => {
  for (const socket of idle.splice(0)) socket.destroy()
  await cleanUp()
})

async function hold(port: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const socket = dialTcp(port, '127.0.0.1')
    socket.on('error', () => undefined)
    idle.push(socket)
    await once(socket, 'connect')
  }
}

test('whoever has a token gets in beside any number of them, and stays', async () => {
  const served = await serve({ limits: { connections: 8 } })
  await hold(served.port, 20)
  const line = await connect(served)
  await hold(served.port, 20)
  for (let i = 0; i < 10; i++) expect((await ask(served, '/images/1', { headers: BEARER })).status).toBe(200)
  const closed = idle.filter((socket) => socket.destroyed || socket.readyState !== 'open')
  expect(closed.length).toBeGreaterThan(30)
  expect(line.socket.readyState).toBe(line.socket.OPEN)
})

/** A studio that is killed at any moment while it fetches: the right file in the end, and little is fetched twice. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { cleanUp, openTemporary, temporaryFolder } from '../../db/testing/studio-folder.ts'
import { EventBus } from '../events/event-bus.ts'
import { DownloadsService } from './downloads-service.ts'
import { filesIn, hashOf, weights } from './testing/downloads-fixture.ts'
import { FileServer } from './testing/file-server.ts'

afterEach(cleanUp)

const KILLS = 10
const MIB = 2 ** 20
const SCRIPT = fileURLToPath(new URL('testing/fetch-until-done.ts', import.meta.url))

test('killed ten times, it comes whole, and each kill costs at most a MiB', { timeout: 60_000 }, async () => {
  const server = await new FileServer().listen()
  const dataDir = temporaryFolder()
  const bytes = weights(64 * MIB)
  server.files.set('/model.safetensors', bytes)
  const db = openTemporary({ dataDir, role: 'guest' })
  const downloads = new DownloadsService({ db, bus: new EventBus(), dataDir, proxyEnv: {}, spareBytes: 0 })
  const { id } = await downloads.start({ source: `${server.url}/model.safetensors` })
  const partsDir = join(dataDir, 'models', '.reprise-download')
  const start = () => spawn(process.execPath, [SCRIPT, dataDir], { stdio: ['ignore', 'inherit', 'inherit'] })

  server.bytesPerMs = 20_000
  const lost: number[] = []
  let onDisk = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const count = server.requests.length
    const child = start()
    while (server.requests.length === count) await delay(2)
    await delay(Math.random() * 150)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const begin = Number(/\d+/.exec(server.requests[count].range ?? '0')![0])
    if (kill > 0) lost.push(onDisk - begin)
    const part = existsSync(partsDir) ? readdirSync(partsDir).at(0) : undefined
    onDisk = part === undefined ? 0 : statSync(join(partsDir, part)).size
    expect(existsSync(join(dataDir, 'models', 'model.safetensors'))).toBe(false)
  }
  server.bytesPerMs = 0
  const count = server.requests.length
  expect(await once(start(), 'exit')).toEqual([0, null])
  lost.push(onDisk - Number(/\d+/.exec(server.requests[count].range ?? '0')![0]))

  expect(downloads.list()).toEqual([expect.objectContaining({ id, state: 'done' })])
  expect(filesIn(join(dataDir, 'models'))).toEqual({ 'model.safetensors': hashOf(bytes) })
  expect(Math.max(...lost)).toBeLessThanOrEqual(MIB)
  expect(lost).toHaveLength(KILLS)
  expect(onDisk).toBeGreaterThan(0)
  server.close()
  downloads.close()
})

/** For tests: a service and a runner over a server of their own. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DownloadState, DownloadView } from '#shared/contract/downloads.ts'
import { openTemporary, temporaryFolder } from '../../../db/testing/studio-folder.ts'
import { EventBus, type NumberedEvent } from '../../events/event-bus.ts'
import { DownloadRunner, type DownloadRunnerOptions } from '../download-runner.ts'
import { DownloadsService, type DownloadsOptions } from '../downloads-service.ts'
import { FileServer } from './file-server.ts'

const FAST = { stallMs: 250, stallBytes: 2_048, firstWaitMs: 1, maxWaitMs: 5, spareBytes: 0, maxFailures: 4 }

export async function openDownloads(changes: Partial<DownloadRunnerOptions & DownloadsOptions> = {}) {
  const server = await new FileServer().listen()
  const dataDir = temporaryFolder()
  const db = openTemporary({ dataDir })
  const bus = new EventBus()
  const told: NumberedEvent[] = []
  bus.listen((event) => told.push(event))
  const added: string[] = []
  const addFolder = (path: string): Promise<never[]> => {
    added.push(path)
    return Promise.resolve([])
  }
  const common = { db, bus, dataDir, proxyEnv: {}, hubUrl: server.url.replace('127.0.0.1', 'localhost'), spareBytes: 0 }
  const downloads = new DownloadsService({ ...common, ...changes })
  const runner = new DownloadRunner({ ...common, models: { addFolder }, downloads, limits: FAST, ...changes })
  runner.start()
  return {
    server,
    db,
    bus,
    told,
    added,
    downloads,
    runner,
    dataDir,
    modelsDir: join(dataDir, 'models'),
    /** Until it is in this state, or cannot come to it any more. */
    until: async (id: number, state: DownloadState): Promise<DownloadView> => {
      const find = (): DownloadView => downloads.list().find((view) => view.id === id)!
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const look = (): void => {
        if ([state, 'done', 'failed'].includes(find().state)) resolve(undefined)
      }
      const stop = bus.listen(look)
      look()
      await promise
      stop()
      return find()
    },
    async close(): Promise<void> {
      await runner.close()
      downloads.close()
      server.close()
    },
  }
}

/** With a header that fits, so that it is a safetensors file. */
export function weights(sizeBytes: number): Buffer {
  const headerBytes = 120
  const data = sizeBytes - 8 - headerBytes
  const header = JSON.stringify({ a: { dtype: 'U8', shape: [data], data_offsets: [0, data] } }).padEnd(headerBytes)
  const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), randomBytes(data)])
  bytes.writeBigUInt64LE(BigInt(headerBytes))
  return bytes
}

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Every file below a folder, hidden ones too, with its hash. */
export function filesIn(dir: string): Record<string, string> {
  if (!existsSync(dir)) return {}
  const names = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(dir.length + 1), hashOf(readFileSync(path))]
    }),
  )
}

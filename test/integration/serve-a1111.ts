/** For tests: A1111's API over HTTP, with a real studio and an engine process that only plays the engine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppError } from '#shared/errors.ts'
import { openStudio, type Studio } from '../../electron/services/studio/open-studio.ts'
import { forkNodeChild } from '../../electron/supervisor/node-child.ts'
import { startWebServer, type WebServer } from '../../electron/web/server.ts'

export const ROOT = join(import.meta.dirname, '../..')
export const TOKEN = 'the-token:of-the-tests'
export const BASIC = { authorization: `Basic ${Buffer.from(`anybody:${TOKEN}`).toString('base64')}` }

export interface ServedA1111 {
  readonly studio: Studio
  readonly server: WebServer
  readonly dataDir: string
  /** What failed and was not foreseen. */
  readonly internalErrors: AppError[]
  close(): Promise<void>
}

export async function serveA1111(): Promise<ServedA1111> {
  const dataDir = mkdtempSync(join(tmpdir(), 'reprise-a1111-'))
  const internalErrors: AppError[] = []
  const studio = await openStudio({
    dataDir,
    starterModelDir: join(ROOT, 'build/starter/model'),
    startChild: () => forkNodeChild(join(ROOT, 'test/fixtures/engine/fake-child.ts')),
  })
  const server = await startWebServer({
    studio,
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    a1111: true,
    limits: { jsonBytes: 300_000, a1111Images: 8, a1111Requests: 3 },
    onInternalError: (error) => internalErrors.push(error),
  })
  return {
    studio,
    server,
    dataDir,
    internalErrors,
    async close() {
      await server.close()
      await studio.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

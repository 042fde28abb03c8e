/** The contract over each transport, to a real studio with a fake engine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStudio, type Studio } from '../../electron/services/studio/open-studio.ts'
import { forkNodeChild } from '../../electron/supervisor/node-child.ts'
import { startWebServer } from '../../electron/web/server.ts'
import { contractSuite } from './contract-suite.ts'
import { connectHttp, type Address, type Connection } from './connect-http.ts'
import { connectInProcess, connectIpc, connectWebSocket } from './transports.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The connection's end is the studio's as well. */
async function toNewStudio(connect: (studio: Studio) => Promise<Connection> | Connection): Promise<Connection> {
  const dataDir = mkdtempSync(join(tmpdir(), 'reprise-contract-'))
  const studio = await openStudio({
    dataDir,
    starterModelDir: join(ROOT, 'build/starter/model'),
    startChild: () => forkNodeChild(join(ROOT, 'test/fixtures/engine/fake-child.ts')),
  })
  const connection = await connect(studio)
  return {
    ...connection,
    async close() {
      await connection.close()
      await studio.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

async function served(
  studio: Studio,
  connect: (address: Address) => Promise<Connection> | Connection,
): Promise<Connection> {
  const token = 'contract'
  const server = await startWebServer({ studio, host: '127.0.0.1', port: 0, token })
  const connection = await connect({ url: server.url, token })
  return {
    ...connection,
    async close() {
      await connection.close()
      await server.close()
    },
  }
}

contractSuite('in process', () => toNewStudio(connectInProcess))
contractSuite('over a WebSocket', () => toNewStudio((studio) => served(studio, connectWebSocket)))
contractSuite('over IPC', connectIpc)
contractSuite('over HTTP', () => toNewStudio((studio) => served(studio, connectHttp)))

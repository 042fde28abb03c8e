import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PROTOCOL_VERSION } from '#shared/engine-protocol.ts'

const FAKE_CHILD = fileURLToPath(new URL('../../../test/fixtures/engine/fake-child.ts', import.meta.url))

/** Forks an engine that never returns from its computation, and says so. The engine has the same output. */
const HOST = `
  import { fork } from 'node:child_process'
  const child = fork(${JSON.stringify(FAKE_CHILD)}, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  child.on('message', ({ type, event }) => {
    if (type === 'hello') {
      const items = [{ prompt: 'hang', negativePrompt: '', seed: 1n }]
      child.send({ type: 'generate', id: 1, request: { kind: 'text-to-image', modelDir: '/m', items } })
    }
    if (event?.type === 'step') console.log('it hangs')
  })
  child.send({ type: 'hello', protocolVersion: ${PROTOCOL_VERSION} })`

test('an engine that computes ends soon after its parent was killed', async () => {
  const host = spawn(process.execPath, ['--input-type=module', '-e', HOST], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(host.stdout, 'data')
  const killedAtMs = performance.now()
  host.kill('SIGKILL')
  // the output is at its end when all who could write to it have ended
  await once(host, 'close')
  expect(performance.now() - killedAtMs).toBeLessThan(10_000)
}, 30_000)

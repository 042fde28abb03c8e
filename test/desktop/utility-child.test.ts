/** An engine as a utility process: over the fake's, which ends the way Electron's do. */
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { forkUtilityChild } from '../../electron/main/utility-child.ts'
import type { ChildExit } from '../../electron/supervisor/child-handle.ts'
import { EngineSupervisor } from '../../electron/supervisor/engine-supervisor.ts'
import { FakeUtilityProcess } from './fake/fake-utility-process.ts'

vi.mock('electron', () => ({
  utilityProcess: {
    fork: (entry: string, _args: string[], options: Electron.ForkOptions) => new FakeUtilityProcess(entry, options),
  },
}))

const FIXTURES = join(import.meta.dirname, '../fixtures/engine')
const FAKE_CHILD = join(FIXTURES, 'fake-child.ts')

const supervisors: EngineSupervisor[] = []
afterEach(async () => {
  for (const supervisor of supervisors.splice(0)) await supervisor.close()
})
function supervise(): EngineSupervisor {
  const supervisor = new EngineSupervisor({ startChild: () => forkUtilityChild(FAKE_CHILD) })
  supervisors.push(supervisor)
  return supervisor
}
const request = (...prompts: string[]): GenerationRequest => ({
  kind: 'text-to-image',
  modelDir: '/m',
  items: prompts.map((prompt, index) => ({ prompt, negativePrompt: '', seed: BigInt(index) })),
})
const ignore = (): void => undefined

test('a generation, with bytes and seeds of 64 bits', async () => {
  const events: GenerationEvent[] = []
  const result = await supervise().generate(
    { ...request('a'), items: [{ prompt: 'a', negativePrompt: '', seed: 2n ** 64n - 1n }] },
    { onEvent: (event) => events.push(event) },
  )
  expect(result.imageCount).toBe(1)
  const image = events.find((event) => event.type === 'image')
  expect(image?.pixels).toEqual(new Uint8Array(8 * 8 * 3).fill(255))
  expect(image?.settings.seed).toBe(2n ** 64n - 1n)
})

test('a cancel reaches it between two steps', async () => {
  const controller = new AbortController()
  const running = supervise().generate(request('slow'), {
    onEvent: ({ type }) => {
      if (type === 'step') controller.abort()
    },
    signal: controller.signal,
  })
  await expect(running).rejects.toMatchObject({ code: 'cancelled' })
})

test.each([
  ['killed', 'engine-died', { signal: 'SIGKILL', exitCode: null }],
  ['dies of SIGSEGV', 'engine-died', { signal: 'SIGSEGV' }],
  ['dies of SIGABRT', 'engine-died', { signal: 'SIGABRT' }],
])('%s: the signal is told', async (prompt, code, data) => {
  const running = supervise().generate(request(prompt, 'b'), { onEvent: ignore })
  await expect(running).rejects.toMatchObject({ code, data })
})

test('its last words are read, although Electron stops listening when it ends', async () => {
  const running = supervise().generate(request('exit', 'b'), { onEvent: ignore })
  await expect(running).rejects.toMatchObject({
    code: 'out-of-memory',
    data: { exitCode: 3, signal: null, outputTail: expect.stringContaining('bad_alloc: no memory') as string },
  })
})

test('an error that nothing caught arrives before the end', async () => {
  const running = supervise().generate(request('throw slow'), { onEvent: ignore })
  await expect(running).rejects.toMatchObject({ message: expect.stringContaining('nobody catches this') as string })
})

test('one that hangs is ended, also before it has begun, and every listener is told once', async () => {
  const ended = (child: ReturnType<typeof forkUtilityChild>): Promise<ChildExit> =>
    new Promise((resolve) => {
      child.onExit(resolve)
    })
  const child = forkUtilityChild(join(FIXTURES, 'fake-silent-child.ts'))
  const both = [ended(child), ended(child)]
  child.kill()
  expect(await Promise.all(both)).toMatchObject([
    { code: null, signal: 'SIGKILL' },
    { code: null, signal: 'SIGKILL' },
  ])
  // it is gone: neither is an error
  child.kill()
  child.send({ type: 'ping' })
})

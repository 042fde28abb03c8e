/** With real forked processes (test/fixtures/engine/fake-child.ts) that crash, hang, and never start. */
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { PROTOCOL_VERSION } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ChildExit, ChildHandle } from './child-handle.ts'
import { EngineSupervisor, engineWentDown, type EngineSupervisorOptions } from './engine-supervisor.ts'
import { forkNodeChild } from './node-child.ts'

const FAKE_CHILD = fileURLToPath(new URL('../../test/fixtures/engine/fake-child.ts', import.meta.url))

const request = (...prompts: string[]): GenerationRequest => ({
  kind: 'text-to-image',
  modelDir: '/nowhere',
  widthPx: 8,
  heightPx: 8,
  items: prompts.map((prompt) => ({ prompt, negativePrompt: '', seed: 1n })),
})

interface Run {
  engine: EngineSupervisor
  /** What happened, in order: starts and ends of processes by number, and states. */
  log: string[]
  states: () => string[]
  processes: () => string[]
  /** Waits until the log has this line. */
  logged: (line: string) => Promise<void>
}

const open: EngineSupervisor[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()))
})

interface Changes extends Partial<EngineSupervisorOptions> {
  /** Files to run for the first processes instead of the fake engine. */
  entries?: string[]
}

function supervise({ entries = [], ...options }: Changes = {}): Run {
  const log: string[] = []
  const listeners = new Set<() => void>()
  const add = (line: string): void => {
    log.push(line)
    for (const listener of listeners) listener()
  }
  let started = 0
  const startChild = (): ChildHandle => {
    const number = ++started
    add(`start ${number}`)
    const child = forkNodeChild(entries[number - 1] ?? FAKE_CHILD)
    child.onExit(() => {
      add(`end ${number}`)
    })
    return child
  }
  const engine = new EngineSupervisor({
    startChild,
    onState: ({ state }) => {
      add(state)
    },
    backOff: { firstMs: 10, maxMs: 40 },
    graceMs: 500,
    ...options,
  })
  open.push(engine)
  return {
    engine,
    log,
    states: () => log.filter((line) => !/\d/.test(line)),
    processes: () => log.filter((line) => /\d/.test(line)),
    logged: (line) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!log.includes(line)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      }),
  }
}

const ignore = { onEvent: (): void => undefined }
const make = (engine: EngineSupervisor, ...prompts: string[]): Promise<unknown> =>
  engine.generate(request(...prompts), ignore)
const failureOf = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => AppError.from(error),
  )

describe('an engine', () => {
  test('is started when it is needed, and stays', async () => {
    const { engine, log } = supervise()
    expect(engine.state).toEqual({ state: 'stopped', lastFailure: null })
    await make(engine, 'a')
    await make(engine, 'b')
    expect(log).toEqual(['start 1', 'starting', 'ready', 'busy', 'ready', 'busy', 'ready'])
    await engine.close()
    expect(log.slice(7).sort()).toEqual(['end 1', 'stopped'])
    expect(engine.state).toEqual({ state: 'stopped', lastFailure: null })
  })

  test('is one for all who ask at once', async () => {
    const { engine, log } = supervise()
    const order: string[] = []
    const run = (prompt: string): Promise<unknown> =>
      engine.generate(request(prompt), {
        onEvent: (event) => event.type === 'image' && order.push(event.settings.prompt),
      })
    await Promise.all([run('slow one'), run('two'), run('three')])
    expect(order).toEqual(['slow one', 'two', 'three'])
    expect(log).toEqual(['start 1', 'starting', 'ready', 'busy', 'ready'])
  })

  test('goes on after what it refused, was cancelled, or was not listened to', async () => {
    const { engine, processes } = supervise()
    expect(await failureOf(make(engine, 'refuse'))).toMatchObject({ code: 'model-not-found' })
    const cancel = new AbortController()
    const cancelled = engine.generate(request('slow'), {
      signal: cancel.signal,
      onEvent: (event) => {
        if (event.type === 'step') cancel.abort()
      },
    })
    expect(await failureOf(cancelled)).toMatchObject({ code: 'cancelled' })
    const events: string[] = []
    const unheard = engine.generate(request('slow', 'b'), {
      onEvent: (event) => {
        events.push(event.type)
        if (event.type === 'step') throw new AppError('disk-full', 'no space')
      },
    })
    expect(await failureOf(unheard)).toMatchObject({ code: 'disk-full' })
    expect(events).toEqual(['plan', 'activity', 'step'])
    expect(engine.state.state).toBe('ready')
    await make(engine, 'fine')
    expect(processes()).toEqual(['start 1'])
  })

  test('is given up after a while without work, and started again', async () => {
    let idleMs = 0
    const { engine, logged, processes } = supervise({ idleMs: () => idleMs, pingEveryMs: 20 })
    await make(engine, 'a')
    idleMs = 50
    await logged('stopped')
    expect(engine.state.lastFailure).toBeNull()
    await make(engine, 'blocks 100 ms')
    expect(processes()).toEqual(['start 1', 'end 1', 'start 2'])
  })

  test('can be freed, but not while it works', async () => {
    const { engine, processes } = supervise()
    await engine.free()
    const work = make(engine, 'slow')
    expect(await failureOf(engine.free())).toMatchObject({ code: 'state-conflict' })
    await work
    const freed = engine.free()
    const next = make(engine, 'at once')
    await freed
    await next
    expect(processes()).toEqual(['start 1', 'end 1', 'start 2'])
  })
})

describe('an engine that dies', () => {
  test('in the middle: all who wait learn why; a new one is started when the old one is gone', async () => {
    const { engine, log } = supervise({ oomKills: () => 3 })
    const failures = await Promise.all([failureOf(make(engine, 'killed', 'b')), failureOf(make(engine, 'waiting'))])
    for (const error of failures) {
      expect(error.code).toBe('engine-died')
      expect(error.message).toMatch(/killed while denoising an image of 8 × 8, after step 2 of 3 \(SIGKILL\).*memory/)
      expect(error.data).toMatchObject({ engineDied: true })
      expect(error.data).not.toHaveProperty('neverStarted')
      expect(engineWentDown(error)).toBe(true)
    }
    expect(engine.state).toMatchObject({ state: 'waiting', lastFailure: { code: 'engine-died' } })
    await make(engine, 'next')
    expect(engine.state).toMatchObject({ state: 'ready', lastFailure: { code: 'engine-died' } })
    expect(log).toEqual('start 1,starting,ready,busy,end 1,waiting,start 2,starting,ready,busy,ready'.split(','))
    await engine.free()
    expect(engine.state.lastFailure).toBeNull()
  })

  test('for lack of memory, by what the system counts', async () => {
    let kills = 3
    const { engine } = supervise({ oomKills: () => kills })
    const died = engine.generate(request('killed', 'b'), { onEvent: () => (kills = 4) })
    const error = await failureOf(died)
    expect(error).toMatchObject({ code: 'out-of-memory', data: { engineDied: true } })
    expect(error.message).toMatch(/^memory ran out, and the system killed the engine process while denoising/)
    expect(engineWentDown(error)).toBe(true)
    // what was counted before it began says nothing
    expect(await failureOf(make(engine, 'killed', 'b'))).toMatchObject({ code: 'engine-died' })
  })

  test('of an error that nothing caught: who asks next gets a new one', async () => {
    const { engine, processes } = supervise()
    const error = await failureOf(make(engine, 'throw slow'))
    expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining('nobody catches this') as string })
    expect(engineWentDown(error)).toBe(false)
    await make(engine, 'next')
    expect(processes()).toEqual(['start 1', 'end 1', 'start 2'])
  })

  test('is waited for longer each time, until one worked', async () => {
    let canStart = false
    const { engine } = supervise({
      backOff: { firstMs: 150, maxMs: 300 },
      startChild: () => {
        if (!canStart) throw new Error('not today')
        return forkNodeChild(FAKE_CHILD)
      },
    })
    const failMs = async (): Promise<number> => {
      const from = performance.now()
      await failureOf(make(engine, 'a'))
      return performance.now() - from
    }
    expect(await failMs()).toBeLessThan(150)
    expect(await failMs()).toBeGreaterThan(149)
    expect(await failMs()).toBeGreaterThan(299)
    expect(await failMs()).toBeLessThan(600)
    canStart = true
    await make(engine, 'a')
    await engine.free()
    canStart = false
    expect(await failMs()).toBeLessThan(150)
    expect(await failMs()).toBeLessThan(300)
  })

  test('is not waited for by what is cancelled meanwhile', async () => {
    const { engine, states, logged } = supervise({ backOff: { firstMs: 60_000, maxMs: 60_000 } })
    await failureOf(make(engine, 'dies of SIGSEGV'))
    await logged('waiting')
    const cancel = new AbortController()
    const work = engine.generate(request('next'), { ...ignore, signal: cancel.signal })
    const refused = failureOf(engine.free())
    cancel.abort()
    expect(await failureOf(work)).toMatchObject({ code: 'cancelled' })
    expect(await refused).toMatchObject({ code: 'state-conflict' })
    expect(states()).toEqual(['starting', 'ready', 'busy', 'waiting'])
    const closed = failureOf(make(engine, 'next'))
    await engine.close()
    expect(await closed).toMatchObject({ code: 'cancelled' })
  })

  test('while nobody wants anything: it is stopped after the wait', async () => {
    const { engine, logged, states } = supervise()
    await failureOf(make(engine, 'dies of SIGSEGV'))
    await logged('stopped')
    expect(states()).toEqual(['starting', 'ready', 'busy', 'waiting', 'stopped'])
    expect(engine.state.lastFailure?.message).toContain('SIGSEGV')
  })

  test('before it ever started: who asked learns it, the next one may be luckier', async () => {
    const { engine, log } = supervise({ entries: ['/nowhere/engine.js'] })
    const error = await failureOf(make(engine, 'a'))
    expect(error).toMatchObject({ code: 'engine-died', data: { neverStarted: true, engineDied: true } })
    expect(engineWentDown(error)).toBe(true)
    await make(engine, 'b')
    expect(log).toEqual('start 1,starting,end 1,waiting,start 2,starting,ready,busy,ready'.split(','))
  })

  test('or could not even be forked', async () => {
    const { engine, states } = supervise({
      startChild: () => {
        throw new Error('spawn ENOMEM')
      },
    })
    expect(await failureOf(make(engine, 'a'))).toMatchObject({ code: 'out-of-memory', data: { neverStarted: true } })
    expect(states()).toEqual(['waiting'])
  })

  test('or never answers', async () => {
    const silent = fileURLToPath(new URL('../../test/fixtures/engine/fake-silent-child.ts', import.meta.url))
    const { engine, logged } = supervise({ entries: [silent], handshakeTimeoutMs: 300 })
    expect(await failureOf(make(engine, 'a'))).toMatchObject({
      code: 'engine-died',
      message: expect.stringContaining('did not answer within 0.3 s') as string,
    })
    await logged('end 1')
  })
})

describe('an engine that hangs', () => {
  const silenceLimits = { idleMs: 1_000, loadingMs: 60_000, computingMs: 300 }

  test('is killed, and its work fails with what it was at', async () => {
    const { engine, processes } = supervise({ silenceLimits, pingEveryMs: 50 })
    const error = await failureOf(make(engine, 'hang'))
    expect(error.code).toBe('engine-hung')
    expect(error.message).toMatch(/no sign of life for \d+ s while denoising an image of 8 × 8, after step 1 of 3/)
    expect(engineWentDown(error)).toBe(true)
    await make(engine, 'next')
    expect(processes()).toEqual(['start 1', 'end 1', 'start 2'])
  })

  test('without anything to do is noticed too', async () => {
    const { engine, logged } = supervise({ silenceLimits, pingEveryMs: 50 })
    await make(engine, 'freezes afterwards')
    await logged('waiting')
    expect(engine.state.lastFailure).toMatchObject({ code: 'engine-hung' })
  })

  test('is no engine that computes for long', async () => {
    const limits = { idleMs: 1_000, loadingMs: 1_000, computingMs: 60_000 }
    const { engine, processes } = supervise({ silenceLimits: limits, pingEveryMs: 50 })
    await make(engine, 'blocks 1600 ms')
    expect(processes()).toEqual(['start 1'])
  })

  test('is no engine that could not be heard, because this process did not run', async () => {
    const { engine, processes } = supervise({ silenceLimits, pingEveryMs: 50 })
    await make(engine, 'a')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
    await make(engine, 'b')
    expect(processes()).toEqual(['start 1'])
  })
})

describe('an inspection', () => {
  test('does not wait for a generation; several share a process, which ends by itself', async () => {
    const { engine, processes, logged } = supervise({ inspectorLingerMs: 100 })
    const order: string[] = []
    let inspections: Promise<unknown> = Promise.resolve()
    await engine.generate(request('slow', 'b', 'c'), {
      onEvent: (event) => {
        if (event.type !== 'plan') return
        inspections = Promise.all(['/models/one', '/models/two'].map((dir) => engine.inspect(dir))).then((summaries) =>
          order.push(...summaries.map(({ name }) => name)),
        )
      },
    })
    order.push('generation')
    await inspections
    await logged('end 2')
    expect(order).toEqual(['one', 'two', 'generation'])
    await engine.inspect('/models/three')
    expect(processes()).toEqual(['start 1', 'start 2', 'end 2', 'start 3'])
    expect(engine.state.state).toBe('ready')
  })

  test('that brings its process down fails alone; the next has a new one', async () => {
    const { engine, states } = supervise()
    expect(await failureOf(engine.inspect('/models/deadly'))).toMatchObject({ code: 'engine-died' })
    expect(await engine.inspect('/models/fine')).toMatchObject({ name: 'fine' })
    expect(states()).toEqual([])
  })
})

describe('closing', () => {
  test('cancels what runs and what waits, also with an engine that does not answer', async () => {
    const { engine, processes } = supervise({ graceMs: 200 })
    let begun = (): void => undefined
    const running = new Promise<void>((resolve) => (begun = resolve))
    const work = ['hang', 'waits'].map((prompt) =>
      failureOf(
        engine.generate(request(prompt), {
          onEvent: ({ type }) => {
            if (type === 'step') begun()
          },
        }),
      ),
    )
    await running
    await engine.close()
    for (const error of await Promise.all(work)) expect(error).toMatchObject({ code: 'cancelled' })
    expect(processes()).toEqual(['start 1', 'end 1'])
    expect(engine.state).toEqual({ state: 'stopped', lastFailure: null })
    expect(await failureOf(make(engine, 'later'))).toMatchObject({ code: 'cancelled' })
    expect(await failureOf(engine.inspect('/models/later'))).toMatchObject({ code: 'cancelled' })
    await engine.close()
  })

  test('in the middle of a start', async () => {
    const { engine, processes } = supervise()
    const work = failureOf(make(engine, 'a'))
    const inspection = failureOf(engine.inspect('/models/a'))
    await engine.close()
    expect(await work).toMatchObject({ code: 'cancelled' })
    expect(await inspection).toMatchObject({ code: 'cancelled' })
    expect(processes().sort()).toEqual(['end 1', 'end 2', 'start 1', 'start 2'])
  })

  test('in the middle of a start, when the answer of the engine is already on its way', async () => {
    const answersWhenKilled = (): ChildHandle => {
      const told: { message?: (raw: unknown) => void; exits: ((exit: ChildExit) => void)[] } = { exits: [] }
      return {
        send: () => undefined,
        onMessage: (listener) => (told.message = listener),
        onExit: (listener) => told.exits.push(listener),
        kill: () => {
          told.message?.({
            type: 'hello',
            protocolVersion: PROTOCOL_VERSION,
            engineVersion: '1',
            runtimeVersion: '1',
            providers: [],
          })
          setTimeout(() => {
            for (const exit of told.exits) exit({ code: null, signal: 'SIGKILL' })
          }, 20)
        },
      }
    }
    const { engine } = supervise({ startChild: answersWhenKilled })
    const work = failureOf(make(engine, 'a'))
    const inspection = failureOf(engine.inspect('/models/a'))
    await engine.close()
    expect(await work).toMatchObject({ code: 'cancelled' })
    expect(await inspection).toMatchObject({ code: 'cancelled' })
    expect(engine.state).toEqual({ state: 'stopped', lastFailure: null })
  })

  test('leaves nothing that keeps the process', async () => {
    const supervisor = new URL('engine-supervisor.ts', import.meta.url).href
    const nodeChild = new URL('node-child.ts', import.meta.url).href
    const program = `
      import { EngineSupervisor } from '${supervisor}'
      import { forkNodeChild } from '${nodeChild}'
      const engine = new EngineSupervisor({
        startChild: () => forkNodeChild(${JSON.stringify(FAKE_CHILD)}),
        idleMs: () => 600_000,
        inspectorLingerMs: 600_000,
        backOff: { firstMs: 600_000, maxMs: 600_000 },
      })
      const make = (prompt) =>
        engine.generate(
          { kind: 'text-to-image', modelDir: '/m', items: [{ prompt, negativePrompt: '', seed: 1n }] },
          { onEvent: () => undefined },
        )
      await make('a')
      await engine.inspect('/m')
      await make('dies of SIGSEGV').catch(() => undefined)
      make('waits').catch(() => undefined)
      await engine.close()
      console.log('closed')`
    const host = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 30_000,
    })
    let said = ''
    host.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    expect(await once(host, 'close')).toEqual([0, null])
    expect(said).toBe('closed\n')
  })
})

test('an out-of-memory that the engine survived is no death', () => {
  expect(engineWentDown(new AppError('out-of-memory', 'the model could not be run'))).toBe(false)
})

/**
 * The parent's side of shared/engine-protocol.ts: handshake, generations with their events, cancel, and one
 * promise: whatever is pending when the engine process ends fails with the reason it ended for.
 *
 * The other side is electron/engine/child/serve.ts; neither imports the other.
 */
import {
  ChildMessageSchema,
  PROTOCOL_VERSION,
  type ChildMessage,
  type GenerationEvent,
  type GenerationResult,
  type ParentMessage,
} from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import type { ChildHandle } from './child-handle.ts'
import { deathCause } from './death-cause.ts'
import { countOomKills } from './oom-evidence.ts'
import { SilenceWatch } from './silence-watch.ts'

export interface EngineClient {
  readonly engineVersion: string
  readonly runtimeVersion: string
  readonly providers: readonly string[]
  /** Rejects with `cancelled` once the engine has stopped after `signal` was aborted. */
  generate(
    request: GenerationRequest,
    context: { onEvent: (event: GenerationEvent) => void; signal?: AbortSignal },
  ): Promise<GenerationResult>
  /** What is in a model folder; waits until a generation that runs is finished. */
  inspect(modelDir: string): Promise<ModelSummary>
  /** What comes back is a message like any other, see `onMessage`; a process that computes answers late. */
  ping(): void
  /** Fails all pending work, and what is still asked for, with this reason. The process is left as it is. */
  abandon(reason: AppError): void
  /** Asks the process to end and waits; after `graceMs` it is killed. Pending work fails. */
  close(graceMs?: number): Promise<void>
}

export interface ConnectOptions {
  handshakeTimeoutMs?: number
  /** Sees every message that was understood, before it has an effect. */
  onMessage?: (message: ChildMessage) => void
  /** Called once, when nothing can be asked any more; the process may still be there. */
  onEnded?: (reason: AppError) => void
  /** What the engine is at, for the message if it dies: "denoising 4 images of 512 × 512". */
  describeWork?: () => string | undefined
  /** Another counter, for tests. */
  oomKills?: () => number | undefined
}

type Answer = Extract<ChildMessage, { type: 'result' | 'inspected' }>

interface Pending {
  onEvent: (event: GenerationEvent) => void
  resolve: (answer: Answer) => void
  reject: (error: AppError) => void
}

// loading native libraries from a cold disk on a busy machine takes its time
const HANDSHAKE_TIMEOUT_MS = 60_000
const CLOSE_GRACE_MS = 2_000

/** Waits for the handshake. A process that fails it is killed. */
export async function connectEngine(child: ChildHandle, options: ConnectOptions = {}): Promise<EngineClient> {
  const { handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS, oomKills = countOomKills } = options
  const pending = new Map<number, Pending>()
  const exited = Promise.withResolvers<undefined>()
  const hello = Promise.withResolvers<Extract<ChildMessage, { type: 'hello' }>>()
  let ended: AppError | undefined
  let nextId = 1
  let oomKillsBefore = oomKills()

  const failAll = (error: AppError): void => {
    if (!ended) {
      ended = error
      options.onEnded?.(error)
    }
    hello.reject(ended)
    for (const job of pending.values()) job.reject(ended)
    pending.clear()
  }

  const killFor = (reason: AppError): void => {
    failAll(reason)
    child.kill()
  }

  const receive = (message: ChildMessage): void => {
    options.onMessage?.(message)
    if (message.type === 'hello') {
      if (message.protocolVersion === PROTOCOL_VERSION) hello.resolve(message)
      else killFor(versionRefusal(message.protocolVersion))
      return
    }
    if (message.type === 'ending') {
      failAll(AppError.fromWire(message.error))
      return
    }
    if (message.type === 'pong') return
    const job = pending.get(message.id)
    // an answer to what was given up is no error
    if (!job) return
    if (message.type === 'progress') {
      try {
        job.onEvent(message.event)
      } catch (error) {
        // what the listener could not take (a full disk, say) ends its own generation, not the others
        pending.delete(message.id)
        child.send({ type: 'cancel', id: message.id })
        job.reject(AppError.from(error))
      }
      return
    }
    pending.delete(message.id)
    if (message.type === 'error') job.reject(AppError.fromWire(message.error))
    else job.resolve(message)
  }

  child.onMessage((raw) => {
    const parsed = ChildMessageSchema.safeParse(raw)
    if (parsed.success) receive(parsed.data)
    else {
      killFor(new AppError('engine-protocol', `a message of the engine is not understood: ${parsed.error.message}`))
    }
  })
  child.onExit((exit) => {
    const hasOomEvidence = (oomKills() ?? 0) > (oomKillsBefore ?? 0)
    failAll(ended ?? deathCause(exit, { hasOomEvidence, work: options.describeWork?.() }))
    exited.resolve(undefined)
  })

  const watch = new SilenceWatch({
    limitMs: () => handshakeTimeoutMs,
    lookEveryMs: handshakeTimeoutMs / 20,
    onSilent: () => {
      const limit = `${handshakeTimeoutMs / 1000} s`
      killFor(new AppError('engine-died', `the engine process did not answer within ${limit} after its start`))
    },
  })
  child.send({ type: 'hello', protocolVersion: PROTOCOL_VERSION })
  const { engineVersion, runtimeVersion, providers } = await hello.promise.finally(() => {
    watch.stop()
  })

  /** Sends a request under a new id. @returns the id, and the answer to come */
  const ask = (message: (id: number) => ParentMessage, onEvent: Pending['onEvent']): [number, Promise<Answer>] => {
    if (ended) throw ended
    if (pending.size === 0) oomKillsBefore = oomKills()
    const id = nextId++
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    pending.set(id, { onEvent, resolve, reject })
    child.send(message(id))
    return [id, promise]
  }
  const unexpected = (answer: Answer): AppError =>
    new AppError('engine-protocol', `the engine answered with ${answer.type}, which was not asked for`)

  return {
    engineVersion,
    runtimeVersion,
    providers,

    async generate(request, { onEvent, signal }) {
      if (signal?.aborted) throw new AppError('cancelled', 'cancelled before it began')
      const [id, answered] = ask((newId) => ({ type: 'generate', id: newId, request }), onEvent)
      const cancel = (): void => {
        child.send({ type: 'cancel', id })
      }
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        const answer = await answered
        if (answer.type !== 'result') throw unexpected(answer)
        return answer.result
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },

    async inspect(modelDir) {
      const [, answered] = ask(
        (id) => ({ type: 'inspect', id, modelDir }),
        () => undefined,
      )
      const answer = await answered
      if (answer.type !== 'inspected') throw unexpected(answer)
      return answer.summary
    },

    ping() {
      child.send({ type: 'ping' })
    },

    abandon: failAll,

    async close(graceMs = CLOSE_GRACE_MS) {
      child.send({ type: 'shutdown' })
      const killer = setTimeout(() => {
        killFor(new AppError('engine-died', 'the engine process was told to end; it did not, and was killed'))
      }, graceMs)
      await exited.promise
      clearTimeout(killer)
    },
  }
}

function versionRefusal(childVersion: number): AppError {
  return new AppError(
    'engine-protocol',
    `this is protocol ${PROTOCOL_VERSION}, the engine speaks ${childVersion}: both must come from one installation`,
  )
}

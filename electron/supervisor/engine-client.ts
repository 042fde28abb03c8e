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
import { engineDied, type ChildHandle } from './child-handle.ts'

export interface EngineClient {
  readonly engineVersion: string
  readonly runtimeVersion: string
  /** Rejects with `cancelled` once the engine has stopped after `signal` was aborted. */
  generate(
    request: GenerationRequest,
    context: { onEvent: (event: GenerationEvent) => void; signal?: AbortSignal },
  ): Promise<GenerationResult>
  /** What is in a model folder; waits until a generation that runs is finished. */
  inspect(modelDir: string): Promise<ModelSummary>
  /** Asks the process to end and waits; after `graceMs` it is killed. Pending work fails. */
  close(graceMs?: number): Promise<void>
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
export async function connectEngine(
  child: ChildHandle,
  { handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS } = {},
): Promise<EngineClient> {
  const pending = new Map<number, Pending>()
  const exited = Promise.withResolvers<undefined>()
  const hello = Promise.withResolvers<Extract<ChildMessage, { type: 'hello' }>>()
  let ended: AppError | undefined
  let nextId = 1

  const failAll = (error: AppError): void => {
    ended ??= error
    hello.reject(ended)
    for (const job of pending.values()) job.reject(ended)
    pending.clear()
  }

  const refuse = (message: string): void => {
    failAll(new AppError('engine-protocol', message))
    child.kill()
  }

  const receive = (message: ChildMessage): void => {
    if (message.type === 'hello') {
      if (message.protocolVersion === PROTOCOL_VERSION) hello.resolve(message)
      else {
        refuse(
          `this is protocol ${PROTOCOL_VERSION}, the engine speaks ${message.protocolVersion}: ` +
            'both must come from one installation',
        )
      }
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
    else refuse(`a message of the engine is not understood: ${parsed.error.message}`)
  })
  child.onExit((exit) => {
    failAll(engineDied(exit))
    exited.resolve(undefined)
  })

  const timer = setTimeout(() => {
    failAll(new AppError('engine-died', `the engine process did not answer within ${handshakeTimeoutMs / 1000} s`))
    child.kill()
  }, handshakeTimeoutMs)
  child.send({ type: 'hello', protocolVersion: PROTOCOL_VERSION })
  const { engineVersion, runtimeVersion } = await hello.promise.finally(() => {
    clearTimeout(timer)
  })

  /** Sends a request under a new id. @returns the id, and the answer to come */
  const ask = (message: (id: number) => ParentMessage, onEvent: Pending['onEvent']): [number, Promise<Answer>] => {
    if (ended) throw ended
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

    async close(graceMs = CLOSE_GRACE_MS) {
      if (!ended) child.send({ type: 'shutdown' })
      const killer = setTimeout(() => {
        child.kill()
      }, graceMs)
      await exited.promise
      clearTimeout(killer)
    },
  }
}

/**
 * The engine's side of shared/engine-protocol.ts: handshake, one request at a time, cancel.
 *
 * Knows the port only as something that sends and receives, so that a forked Node process and an Electron
 * utility process run the same code. The other side is electron/supervisor/engine-client.ts.
 */
import {
  ParentMessageSchema,
  PROTOCOL_VERSION,
  type ChildMessage,
  type GenerationEvent,
  type GenerationResult,
  type ParentMessage,
} from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ModelSummary } from '#shared/model-summary.ts'

export interface ParentPort {
  send(message: ChildMessage): void
  onMessage(listener: (raw: unknown) => void): void
}

interface Engine {
  engineVersion: string
  runtimeVersion: string
  providers: string[]
  generate(
    request: GenerationRequest,
    context: { onEvent: (event: GenerationEvent) => void; signal: AbortSignal },
  ): Promise<GenerationResult>
  inspect(modelDir: string): Promise<ModelSummary>
}

type EngineRequest = Extract<ParentMessage, { type: 'generate' | 'inspect' }>

export interface EngineService {
  /** For errors that nothing caught: tells the parent, before the process ends. */
  fail(error: unknown): void
}

/** @param onShutdown the parent asked the process to end; nothing is served afterwards */
export function serve(port: ParentPort, engine: Engine, onShutdown: () => void): EngineService {
  const pending = new Map<number, AbortController>()
  // session.run takes all cores and blocks the event loop: a second generation at once would only slow both
  let queue = Promise.resolve()
  let refusal: AppError | undefined = new AppError('engine-protocol', 'the first message must be hello')

  const fail = (id: number, error: unknown): void => {
    port.send({ type: 'error', id, error: AppError.from(error).toPrivateWire() })
  }

  const answer = async ({ id, ...request }: EngineRequest, signal: AbortSignal): Promise<ChildMessage> => {
    if (request.type === 'inspect') return { type: 'inspected', id, summary: await engine.inspect(request.modelDir) }
    const onEvent = (event: GenerationEvent): void => {
      port.send({ type: 'progress', id, event })
    }
    return { type: 'result', id, result: await engine.generate(request.request, { onEvent, signal }) }
  }

  const run = async (request: EngineRequest, signal: AbortSignal): Promise<void> => {
    const { id } = request
    try {
      if (signal.aborted) throw new AppError('cancelled', 'cancelled before it began')
      port.send(await answer(request, signal))
    } catch (error) {
      fail(id, error)
    } finally {
      pending.delete(id)
    }
  }

  const enqueue = (request: EngineRequest): void => {
    if (pending.has(request.id)) throw new AppError('engine-protocol', `request ${request.id} is already running`)
    const controller = new AbortController()
    pending.set(request.id, controller)
    queue = queue.then(() => run(request, controller.signal))
  }

  const handle = (message: ParentMessage): void => {
    switch (message.type) {
      case 'hello':
        refusal = versionRefusal(message.protocolVersion)
        // sent to a parent of another version too, so that it can name both
        port.send({
          type: 'hello',
          protocolVersion: PROTOCOL_VERSION,
          engineVersion: engine.engineVersion,
          runtimeVersion: engine.runtimeVersion,
          providers: engine.providers,
        })
        break
      case 'generate':
      case 'inspect':
        if (refusal) fail(message.id, refusal)
        else enqueue(message)
        break
      case 'ping':
        port.send({ type: 'pong' })
        break
      case 'cancel':
        pending.get(message.id)?.abort()
        break
      case 'shutdown':
        for (const controller of pending.values()) controller.abort()
        onShutdown()
        break
    }
  }

  port.onMessage((raw) => {
    const parsed = ParentMessageSchema.safeParse(raw)
    if (parsed.success) {
      handle(parsed.data)
      return
    }
    const error = new AppError('engine-protocol', `the engine does not understand a message: ${parsed.error.message}`)
    const id = (raw as { id?: unknown } | null)?.id
    // without an id nobody waits for the answer: the process ends, loudly
    if (typeof id !== 'number') throw error
    fail(id, error)
  })

  return {
    fail: (error) => {
      port.send({ type: 'ending', error: AppError.from(error).toPrivateWire() })
    },
  }
}

function versionRefusal(parentVersion: number): AppError | undefined {
  if (parentVersion === PROTOCOL_VERSION) return undefined
  return new AppError(
    'engine-protocol',
    `the engine speaks protocol ${PROTOCOL_VERSION}, its parent ${parentVersion}: both must come from one installation`,
  )
}

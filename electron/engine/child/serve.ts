/**
 * The engine's side of shared/engine-protocol.ts: handshake, one generation at a time, cancel.
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

export interface ParentPort {
  send(message: ChildMessage): void
  onMessage(listener: (raw: unknown) => void): void
}

interface Engine {
  engineVersion: string
  runtimeVersion: string
  generate(
    request: GenerationRequest,
    context: { onEvent: (event: GenerationEvent) => void; signal: AbortSignal },
  ): Promise<GenerationResult>
}

export interface EngineService {
  /** Fails whatever is pending; for errors that nothing caught, after which the process ends. */
  fail(error: unknown): void
}

/** @param onShutdown the parent asked the process to end; nothing is served afterwards */
export function serve(port: ParentPort, engine: Engine, onShutdown: () => void): EngineService {
  const pending = new Map<number, AbortController>()
  // session.run takes all cores and blocks the event loop: a second generation at once would only slow both
  let queue = Promise.resolve()
  let refusal: AppError | undefined = new AppError('engine-protocol', 'the first message must be hello')

  const fail = (id: number, error: unknown): void => {
    port.send({ type: 'error', id, error: AppError.from(error).toWire() })
  }

  const run = async (id: number, request: GenerationRequest, signal: AbortSignal): Promise<void> => {
    try {
      if (signal.aborted) throw new AppError('cancelled', 'cancelled before it began')
      const onEvent = (event: GenerationEvent): void => {
        port.send({ type: 'progress', id, event })
      }
      const result = await engine.generate(request, { onEvent, signal })
      port.send({ type: 'result', id, result })
    } catch (error) {
      fail(id, error)
    } finally {
      pending.delete(id)
    }
  }

  const enqueue = (id: number, request: GenerationRequest): void => {
    if (pending.has(id)) throw new AppError('engine-protocol', `request ${id} is already running`)
    const controller = new AbortController()
    pending.set(id, controller)
    queue = queue.then(() => run(id, request, controller.signal))
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
        })
        break
      case 'generate':
        if (refusal) fail(message.id, refusal)
        else enqueue(message.id, message.request)
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
      for (const id of pending.keys()) fail(id, error)
      pending.clear()
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

/**
 * One engine process from its start to its end: handshake, heartbeat, and why it ended. It serves until it has ended
 * or was told to; what comes after is the supervisor's.
 */
import type { GenerationEvent, GenerationResult } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import type { ChildHandle } from './child-handle.ts'
import { USE_LESS_MEMORY } from './death-cause.ts'
import { connectEngine, type ConnectOptions, type EngineClient } from './engine-client.ts'
import { SilenceWatch } from './silence-watch.ts'
import { SILENCE_LIMITS, WorkInHand, type SilenceLimits } from './work-in-hand.ts'

export interface EngineProcessOptions extends Pick<ConnectOptions, 'handshakeTimeoutMs' | 'oomKills'> {
  pingEveryMs?: number
  silenceLimits?: SilenceLimits
  /** How long it gets to end by itself when asked. */
  graceMs?: number
}

type Work = Pick<WorkInHand, 'describe' | 'silenceLimitMs' | 'forgetStepInHand'>

/** Reads headers and configs: quick, but from any disk. */
const INSPECTION: Work = {
  describe: () => 'looking into a model folder',
  silenceLimitMs: ({ loadingMs }) => loadingMs,
  forgetStepInHand: () => undefined,
}

const PING_EVERY_MS = 5_000
const GRACE_MS = 2_000

export class EngineProcess {
  /** Rejects if the process ends before it can be used. */
  readonly connected: Promise<void>
  /** Nothing of the process is left. Never rejects. */
  readonly exited: Promise<void>
  readonly #child: ChildHandle
  readonly #options: EngineProcessOptions
  readonly #onHeartbeat: () => void
  #client: EngineClient | undefined
  #watch: SilenceWatch | undefined
  #pendingCount = 0
  #lastWorkMs = performance.now()
  #work: Work | undefined
  #failure: AppError | undefined
  #endReason: AppError | undefined
  #killer: NodeJS.Timeout | undefined
  #isPingUnderWay = false

  /** @param onHeartbeat called every `pingEveryMs` while all is well */
  constructor(child: ChildHandle, options: EngineProcessOptions = {}, onHeartbeat: () => void = () => undefined) {
    this.#child = child
    this.#options = options
    this.#onHeartbeat = onHeartbeat
    this.connected = this.#connect()
    // those who wait for it get the rejection; there may be none
    this.connected.catch(() => undefined)
    this.exited = new Promise((resolve) => {
      child.onExit(() => {
        this.#watch?.stop()
        clearTimeout(this.#killer)
        resolve()
      })
    })
  }

  /** Why it ended or is about to, unless it was told to. */
  get failure(): AppError | undefined {
    return this.#failure
  }

  get isConnected(): boolean {
    return this.#client !== undefined
  }

  /** It has ended, or will take nothing any more. */
  get isOver(): boolean {
    return this.#failure !== undefined || this.#endReason !== undefined
  }

  get isBusy(): boolean {
    return this.#pendingCount > 0
  }

  /** How long nothing has been asked of it; 0 while it works. */
  get idleMs(): number {
    return this.isBusy ? 0 : performance.now() - this.#lastWorkMs
  }

  /** Settles when the engine has stopped with it, also after a cancel, or when `onEvent` threw. */
  generate(
    request: GenerationRequest,
    { onEvent, signal }: { onEvent: (event: GenerationEvent) => void; signal?: AbortSignal | undefined },
  ): Promise<GenerationResult> {
    const work = new WorkInHand(request)
    const listenerFailed = new AbortController()
    const guarded = (event: GenerationEvent): void => {
      this.#work = work
      work.follow(event)
      if (listenerFailed.signal.aborted) return
      try {
        onEvent(event)
      } catch (error) {
        listenerFailed.abort(error)
      }
    }
    const stop = signal ? AbortSignal.any([signal, listenerFailed.signal]) : listenerFailed.signal
    return this.#count(async (client) => {
      try {
        const result = await client.generate(request, { onEvent: guarded, signal: stop })
        listenerFailed.signal.throwIfAborted()
        return result
      } catch (error) {
        throw listenerFailed.signal.aborted ? AppError.from(listenerFailed.signal.reason) : error
      } finally {
        if (this.#work === work) this.#work = undefined
      }
    })
  }

  inspect(modelDir: string): Promise<ModelSummary> {
    return this.#count((client) => {
      this.#work = INSPECTION
      return client.inspect(modelDir)
    })
  }

  /** Tells the process to end, and waits; pending work fails with `reason`. Told again, it waits with the first. */
  async end(reason: AppError): Promise<void> {
    if (!this.isOver) {
      this.#endReason = reason
      this.#client?.abandon(reason)
      if (this.#client) await this.#client.close(this.#options.graceMs ?? GRACE_MS)
      else this.#child.kill()
    }
    await this.exited
  }

  async #connect(): Promise<void> {
    const { pingEveryMs = PING_EVERY_MS, silenceLimits = SILENCE_LIMITS, handshakeTimeoutMs, oomKills } = this.#options
    const client = await connectEngine(this.#child, {
      handshakeTimeoutMs,
      oomKills,
      describeWork: () => this.#work?.describe(),
      onMessage: () => {
        this.#isPingUnderWay = false
        this.#watch?.heard()
      },
      onEnded: (reason) => {
        this.#watch?.stop()
        if (this.#endReason) return
        this.#failure = this.#client ? reason : neverStarted(reason)
        // it may be gone already, or about to go; what stays would keep the next one from starting
        this.#killer = setTimeout(() => {
          this.#child.kill()
        }, this.#options.graceMs ?? GRACE_MS)
      },
    }).catch((error: unknown) => {
      throw this.#failure ?? this.#endReason ?? error
    })
    // its answer was on the way when it was killed: nothing may be asked of it, or its end would look like a death
    if (this.#endReason) throw this.#endReason
    this.#client = client
    this.#watch = new SilenceWatch({
      lookEveryMs: pingEveryMs,
      limitMs: () => this.#work?.silenceLimitMs(silenceLimits) ?? silenceLimits.idleMs,
      onLook: () => {
        this.#ping()
        this.#onHeartbeat()
      },
      onGap: () => this.#work?.forgetStepInHand(),
      onSilent: (silentMs) => {
        this.#client?.abandon(hung(silentMs, this.#work?.describe()))
        this.#child.kill()
      },
    })
  }

  /** One at a time: a process that computes for an hour finds one to answer, not hundreds. */
  #ping(): void {
    if (this.#isPingUnderWay) return
    this.#isPingUnderWay = true
    this.#client?.ping()
  }

  async #count<T>(ask: (client: EngineClient) => Promise<T>): Promise<T> {
    this.#pendingCount++
    try {
      await this.connected
      return await ask(this.#client!)
    } finally {
      this.#pendingCount--
      if (!this.isBusy) this.#work = undefined
      this.#lastWorkMs = performance.now()
    }
  }
}

/** The same, told apart from an end in the middle of work. */
export function neverStarted({ code, message, data, cause }: AppError): AppError {
  return new AppError(code, message, { data: { ...data, neverStarted: true }, cause })
}

function hung(silentMs: number, work: string | undefined): AppError {
  const duration = silentMs < 120_000 ? `${Math.round(silentMs / 1000)} s` : `${Math.round(silentMs / 60_000)} min`
  const [at, advice] =
    work === undefined
      ? ['although it had nothing to do', 'It is started again when it is needed.']
      : [
          `while ${work}`,
          `A machine that is short of memory can be this slow; if it happens again, ${USE_LESS_MEMORY}.`,
        ]
  return new AppError(
    'engine-hung',
    `the engine process gave no sign of life for ${duration} ${at}, and was ended. ${advice}`,
    { data: { silentMs: Math.round(silentMs), engineDied: true } },
  )
}

/**
 * Keeps one engine process for all that is generated: started when it is needed, started again after a while if it
 * died, given up when nothing is asked of it for long. There is never a second one while the first is still there: two
 * models would not fit into the memory of one device.
 *
 * What the engine died with is not repeated here; whoever asked is told, and decides.
 */
import type { EngineState } from '#shared/contract/studio.ts'
import type { GenerationEvent, GenerationResult } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import { BackOff, type BackOffLimits } from './back-off.ts'
import type { ChildHandle } from './child-handle.ts'
import { deathCause } from './death-cause.ts'
import { EngineProcess, neverStarted, type EngineProcessOptions } from './engine-process.ts'
import { Inspector } from './inspector.ts'
import { unlessAborted } from './unless-aborted.ts'

export interface EngineSupervisorOptions extends EngineProcessOptions {
  startChild: () => ChildHandle
  /** Milliseconds without work after which the engine is given up; 0: never. Asked each time. */
  idleMs?: () => number
  onState?: (state: EngineState) => void
  backOff?: BackOffLimits
  /** How long the process that inspects stays after the last inspection. */
  inspectorLingerMs?: number
}

const BACK_OFF: BackOffLimits = { firstMs: 500, maxMs: 30_000 }
const INSPECTOR_LINGER_MS = 3_000

export class EngineSupervisor {
  readonly #options: EngineSupervisorOptions
  readonly #backOff: BackOff
  readonly #inspector: Inspector
  #process: EngineProcess | undefined
  /** After a death, until the next may be started. */
  #pause: { over: Promise<void>; end: () => void } | undefined
  /** Calls that wait for an engine. */
  #waitingCount = 0
  #lastFailure: AppError | undefined
  #toldFailure: AppError | undefined
  #told: EngineState = { state: 'stopped', lastFailure: null }
  #isClosed = false

  constructor(options: EngineSupervisorOptions) {
    this.#options = options
    this.#backOff = new BackOff(options.backOff ?? BACK_OFF)
    this.#inspector = new Inspector(() => this.#fork(), options.inspectorLingerMs ?? INSPECTOR_LINGER_MS)
  }

  get state(): EngineState {
    return this.#told
  }

  /**
   * Waits for an engine as long as it takes, then for the generations asked for before.
   * @throws {AppError} what the engine refuses; `cancelled`; why the engine ended (see `engineWentDown`), with
   *   `data.neverStarted` if it was not this request that it ended with, but its own start
   */
  async generate(
    request: GenerationRequest,
    context: { onEvent: (event: GenerationEvent) => void; signal?: AbortSignal | undefined },
  ): Promise<GenerationResult> {
    this.#waitingCount++
    let answer: Promise<GenerationResult>
    try {
      const process = await this.#connected(context.signal)
      answer = process.generate(request, context)
    } finally {
      this.#waitingCount--
      this.#tell()
    }
    try {
      const result = await answer
      this.#backOff.reset()
      return result
    } finally {
      this.#tell()
    }
  }

  /** What is in a model folder; never waits for a generation. @throws {AppError} what the folder is refused for */
  inspect(modelDir: string): Promise<ModelSummary> {
    return this.#inspector.inspect(modelDir)
  }

  /** Gives up the engine and its memory. @throws {AppError} `state-conflict` while it works or somebody waits for it */
  async free(): Promise<void> {
    if (this.#waitingCount > 0 || this.#process?.isBusy === true) {
      throw new AppError(
        'state-conflict',
        'the engine is working: its memory can be given back when it has finished, or after pausing the queue',
      )
    }
    await this.#process?.end(new AppError('cancelled', 'the engine was given up'))
  }

  /** Ends everything; what is pending fails with `cancelled`, and so does what is asked for afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#pause?.end()
    await Promise.all([this.#process?.end(closing()), this.#inspector.close(closing())])
  }

  /** The engine, ready: the one that is there, or a new one as soon as there may be one. */
  async #connected(signal: AbortSignal | undefined): Promise<EngineProcess> {
    for (;;) {
      if (this.#isClosed) throw closing()
      if (this.#pause) await unlessAborted(this.#pause.over, signal)
      else if (this.#process?.isOver) await unlessAborted(this.#process.exited, signal)
      else {
        const process = this.#process ?? this.#start()
        await unlessAborted(process.connected, signal)
        return process
      }
    }
  }

  #start(): EngineProcess {
    let process: EngineProcess
    try {
      process = this.#fork(() => {
        const idleMs = this.#options.idleMs?.() ?? 0
        if (idleMs > 0 && process.idleMs >= idleMs && this.#waitingCount === 0) void this.free()
      })
    } catch (error) {
      this.#ended(AppError.from(error))
      throw error
    }
    this.#process = process
    this.#tell()
    process.connected.then(
      () => {
        this.#tell()
      },
      () => undefined,
    )
    void process.exited.then(() => {
      this.#process = undefined
      this.#ended(process.failure)
    })
    return process
  }

  /** @throws {AppError} `engine-died`, `out-of-memory` if the system refuses to start a process */
  #fork(onHeartbeat?: () => void): EngineProcess {
    let child: ChildHandle
    try {
      child = this.#options.startChild()
    } catch (error) {
      throw neverStarted(deathCause({ code: null, signal: null, outputTail: AppError.from(error).message }))
    }
    return new EngineProcess(child, this.#options, onHeartbeat)
  }

  #ended(failure: AppError | undefined): void {
    this.#lastFailure = failure
    if (failure && !this.#isClosed) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const end = (): void => {
        clearTimeout(timer)
        this.#pause = undefined
        resolve(undefined)
        // those who wait start the next one at once
        if (this.#waitingCount === 0) this.#tell()
      }
      const timer = setTimeout(end, this.#backOff.next())
      this.#pause = { over: promise, end }
    }
    this.#tell()
  }

  #tell(): void {
    const failure = this.#process?.failure ?? this.#lastFailure
    const state = this.#stateName()
    if (state === this.#told.state && failure === this.#toldFailure) return
    this.#toldFailure = failure
    this.#told = { state, lastFailure: failure?.toWire() ?? null }
    this.#options.onState?.(this.#told)
  }

  #stateName(): EngineState['state'] {
    const process = this.#process
    if (this.#pause || process?.failure) return 'waiting'
    // one that was told to end is of no use any more, even while it is still there
    if (!process || process.isOver) return 'stopped'
    if (!process.isConnected) return 'starting'
    return process.isBusy ? 'busy' : 'ready'
  }
}

/**
 * True if the engine process ended with this request, or before it could begin with it: the request is neither done
 * nor refused. An `out-of-memory` that the engine reported and survived is none.
 */
export function engineWentDown({ code, data }: AppError): boolean {
  return code === 'engine-died' || code === 'engine-hung' || (code === 'out-of-memory' && data.engineDied === true)
}

function closing(): AppError {
  return new AppError('cancelled', 'Reprise is closing')
}

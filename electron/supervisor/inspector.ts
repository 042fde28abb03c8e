/**
 * Looks into model folders in a process of its own, so that it never waits for an image, and a folder that brings the
 * process down takes no image with it. It loads no model. Several looks in a row share the process.
 */
import { AppError } from '#shared/errors.ts'
import type { ModelSummary } from '#shared/model-summary.ts'
import type { EngineProcess } from './engine-process.ts'

export class Inspector {
  readonly #start: () => EngineProcess
  readonly #lingerMs: number
  #process: EngineProcess | undefined
  #linger: NodeJS.Timeout | undefined
  #closedBy: AppError | undefined

  /** @param lingerMs how long the process stays after the last look */
  constructor(start: () => EngineProcess, lingerMs: number) {
    this.#start = start
    this.#lingerMs = lingerMs
  }

  /** @throws {AppError} what the folder is refused for, or why the process ended */
  async inspect(modelDir: string): Promise<ModelSummary> {
    clearTimeout(this.#linger)
    const own = await this.#serving()
    try {
      return await own.inspect(modelDir)
    } finally {
      if (!own.isBusy && !own.isOver) this.#endSoon(own)
    }
  }

  async close(reason: AppError): Promise<void> {
    this.#closedBy = reason
    clearTimeout(this.#linger)
    await this.#process?.end(reason)
  }

  /** One process at a time, so that closing has but one to end. */
  async #serving(): Promise<EngineProcess> {
    for (let over = this.#process; over?.isOver; over = this.#process) {
      await over.exited
      if (this.#process === over) this.#process = undefined
    }
    if (this.#closedBy) throw this.#closedBy
    this.#process ??= this.#start()
    return this.#process
  }

  #endSoon(process: EngineProcess): void {
    clearTimeout(this.#linger)
    this.#linger = setTimeout(() => {
      void process.end(new AppError('cancelled', 'the inspection ended'))
    }, this.#lingerMs)
  }
}

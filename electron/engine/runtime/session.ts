/** A graph that can be run: tensors go in and come out, time inside is counted. The only door to ONNX Runtime. */
import { AppError } from '#shared/errors.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { elementCount } from '#engine/tensor/tensor.ts'
import type { Inputs, Outputs, RuntimeBackend, SessionOptions } from './backend.ts'
import { createNativeSession } from './native-session.ts'
import { createPortableSession } from './portable-session.ts'

export class RuntimeSession {
  /** Time spent inside the runtime since the session was made. */
  runtimeMs = 0
  readonly #backend: RuntimeBackend

  private constructor(backend: RuntimeBackend) {
    this.#backend = backend
  }

  /** @throws {AppError} `internal` if the runtime refuses the graph, `out-of-memory` if it cannot hold it */
  static async create(graph: OnnxGraph, options: SessionOptions): Promise<RuntimeSession> {
    const create = options.target.provider === 'wasm' ? createPortableSession : createNativeSession
    return new RuntimeSession(
      await create(graph, options).catch((error: unknown) => {
        throw runtimeError('the model could not be loaded', error)
      }),
    )
  }

  get inputNames(): readonly string[] {
    return this.#backend.inputNames
  }

  /** Runs the graph; blocks this thread. @returns its outputs by name, float32 */
  async run(inputs: Inputs): Promise<Outputs> {
    for (const [name, { shape, data }] of Object.entries(inputs)) {
      if (data.length === elementCount(shape)) continue
      throw new AppError(
        'shape-mismatch',
        `input ${name} holds ${data.length} values, its shape [${shape.join(', ')}] says ${elementCount(shape)}`,
      )
    }
    const started = performance.now()
    const outputs = await this.#backend.run(inputs).catch((error: unknown) => {
      throw runtimeError('the model could not be run', error)
    })
    this.runtimeMs += performance.now() - started
    return outputs
  }

  async release(): Promise<void> {
    await this.#backend.release()
  }
}

function runtimeError(what: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/bad_alloc|failed to allocate|out of memory|memory access out of bounds/i.test(message)) {
    return new AppError(
      'out-of-memory',
      `${what}: not enough memory. Make fewer images at once, a smaller size, or set --max-memory lower`,
      { cause: error },
    )
  }
  return new AppError('internal', `${what}: ${message.slice(0, 500)}`, { cause: error })
}

/**
 * The only door to ONNX Runtime: a graph becomes a session, tensors go in and come out, time inside is counted.
 * What was measured about the runtime is in docs/adr/0001-graphs-built-from-weights.md.
 */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { AppError } from '#shared/errors.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { elementCount, type Tensor } from '#engine/tensor/tensor.ts'
import type { Target } from './target.ts'

export interface IntTensor {
  readonly shape: readonly number[]
  readonly data: Int32Array
}

export interface SessionOptions {
  readonly target: Target
  /** Intra-op threads; none: one per physical core. */
  readonly threads?: number
}

export class RuntimeSession {
  /** Time spent inside the runtime since the session was made. */
  runtimeMs = 0
  private readonly session: InferenceSession

  private constructor(session: InferenceSession) {
    this.session = session
  }

  get inputNames(): readonly string[] {
    return this.session.inputNames
  }

  /** @throws {AppError} `internal` if the runtime refuses the graph, `out-of-memory` if it cannot hold it */
  static async create(graph: OnnxGraph, options: SessionOptions): Promise<RuntimeSession> {
    const session = await InferenceSession.create(graph.model, {
      executionProviders: [options.target.provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      extra: { session: { model_external_initializers_file_folder_path: graph.weightsRoot } },
    }).catch((error: unknown) => {
      throw runtimeError('the model could not be loaded', error)
    })
    return new RuntimeSession(session)
  }

  /** Runs the graph; blocks this thread. @returns its outputs by name, float32 */
  async run(inputs: Readonly<Record<string, Tensor | IntTensor>>): Promise<Readonly<Record<string, Tensor>>> {
    const feeds: Record<string, OrtTensor> = {}
    for (const [name, { shape, data }] of Object.entries(inputs)) {
      if (data.length !== elementCount(shape)) {
        throw new AppError(
          'shape-mismatch',
          `input ${name} holds ${data.length} values, its shape [${shape.join(', ')}] says ${elementCount(shape)}`,
        )
      }
      feeds[name] =
        data instanceof Float32Array ? new OrtTensor('float32', data, shape) : new OrtTensor('int32', data, shape)
    }
    const started = performance.now()
    const outputs = await this.session.run(feeds).catch((error: unknown) => {
      throw runtimeError('the model could not be run', error)
    })
    this.runtimeMs += performance.now() - started
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, data: data as Float32Array }]),
    )
  }

  async release(): Promise<void> {
    await this.session.release()
  }
}

function runtimeError(what: string, error: unknown): AppError {
  const message = error instanceof Error ? error.message : String(error)
  if (/bad_alloc|failed to allocate|out of memory/i.test(message)) {
    return new AppError(
      'out-of-memory',
      `${what}: not enough memory. Make fewer images at once, a smaller size, or set --max-memory lower`,
      {
        cause: error,
      },
    )
  }
  return new AppError('internal', `${what}: ${message.slice(0, 500)}`, { cause: error })
}

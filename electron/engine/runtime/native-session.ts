/**
 * Graphs on ONNX Runtime's native kernels. Weights are mapped from the files where they lie; what was measured about that
 * is in docs/adr/0001-graphs-built-from-weights.md.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { feedsOf, outputsOf } from './runtime-tensors.ts'
import type { RuntimeBackend, SessionOptions } from './backend.ts'

export async function createNativeSession(graph: OnnxGraph, options: SessionOptions): Promise<RuntimeBackend> {
  const session = await InferenceSession.create(graph.model, {
    executionProviders: [options.target.provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    extra: { session: { model_external_initializers_file_folder_path: graph.weightsRoot } },
  })
  return {
    inputNames: session.inputNames,
    run: async (inputs) => outputsOf(await session.run(feedsOf(inputs, Tensor))),
    release: () => session.release(),
  }
}

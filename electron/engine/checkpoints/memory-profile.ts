/** What a model takes of memory, out of its configs and graphs: the numbers that shared/model-memory.ts reckons with. */
import type { MemoryProfile } from '#shared/model-memory.ts'
import type { ModelComponentName } from '#shared/names.ts'
import type { Architecture, Components } from '#engine/architectures/architecture.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'

/** Of each component, the graphs that are run, by their names. */
export type ComponentGraphs = ReadonlyMap<
  ModelComponentName,
  ReadonlyMap<string, Pick<OnnxGraph, 'parameterCount' | 'batchDependent'>>
>

/** Node, the runtime and its thread pools, bytes. */
const PROCESS_BYTES = 200e6
/** Weights are float32 on the CPU, whatever they are stored as. */
const FLOAT_BYTES = 4

export function memoryProfile(
  architecture: Architecture,
  components: Components,
  graphs: ComponentGraphs,
): MemoryProfile {
  const weightBytes: MemoryProfile['weightBytes'] = {}
  for (const [component, own] of graphs) {
    weightBytes[component] = [...own.values()].reduce((sum, graph) => sum + graph.parameterCount * FLOAT_BYTES, 0)
  }
  return {
    processBytes: PROCESS_BYTES,
    weightBytes,
    ...architecture.memory(components),
    oneAtATime: [...(graphs.get('unet')?.values() ?? [])].some(({ batchDependent }) => batchDependent),
  }
}

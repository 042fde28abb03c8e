/** Finds every tensor that a component's graphs will ask for and not get, without stopping at the first. */
import { AppError } from '#shared/errors.ts'
import type { GraphUse } from '#engine/architectures/architecture.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import { CPU_FLOAT32 } from '#engine/runtime/target.ts'
import type { Weights } from '#engine/weights/weights.ts'

/**
 * @param config as the network read it
 * @returns `problems`: one error per tensor that is missing, of another shape or of a dtype that is not read; and the
 *   graphs by their names
 */
export function checkTensors(
  { network, graphs }: GraphUse,
  config: unknown,
  weights: Weights,
): { problems: AppError[]; graphs: ReadonlyMap<string, OnnxGraph> } {
  const found = new Map<string, AppError>()
  const lenient: Weights = {
    component: weights.component,
    files: weights.files,
    names: () => weights.names(),
    has: (name) => weights.has(name),
    get: (name) => weights.get(name),
    require: (name, shape) => {
      try {
        return weights.require(name, shape)
      } catch (error) {
        found.set(name, AppError.from(error))
        // stands in for the tensor, so that the building goes on; nothing is ever read from it
        return { name, dtype: 'F32', shape, file: weights.files[0], offset: 0, byteLength: 0 }
      }
    },
  }
  const built = new Map(graphs.map((name) => [name, network.graphs[name](config, lenient, CPU_FLOAT32)] as const))
  return { problems: [...found.values()], graphs: built }
}

/**
 * The nodes that add to a weight what overlays hold for it. Every input is an initializer, so the runtime computes them
 * once, when the session is made, and keeps the sum alone.
 *
 * Formulas: LoRA, LoCon, LoHa and LoKr as LyCORIS rebuilds them, DoRA as LyCORIS' `apply_weight_decompose`.
 */
import type { DeltaFactor, TensorEntry, WeightDelta } from '#engine/weights/weights.ts'
import type { AttributeValue } from './model-proto.ts'

type Value = string

/** What merging needs of the graph under construction. */
interface GraphBuilder {
  node(opType: string, inputs: readonly Value[], attributes?: Readonly<Record<string, AttributeValue>>): Value
  floats(values: readonly number[], dims: readonly number[]): Value
  ints(values: readonly number[]): Value
  weight(entry: TensorEntry, view?: { readonly dims: readonly number[]; readonly start?: number }): Value
}

/** LyCORIS adds it to a norm, so that a row of zeros stays one. */
const FLOAT32_EPSILON = 2 ** -23

/** @returns the merged weight in float32, its elements in the order of the entry's bytes */
export function mergeDeltas(graph: GraphBuilder, entry: TensorEntry, deltas: readonly WeightDelta[]): Value {
  const shape = entry.shape
  const turned = entry.transposed === true ? [...shape].reverse() : undefined
  const turn = (value: Value) => graph.node('Transpose', [value], { perm: { ints: [1, 0] } })
  let merged = turned ? turn(graph.weight(entry, { dims: turned })) : graph.weight(entry)
  for (const delta of deltas) {
    const difference = scaled(graph, differenceOf(graph, delta, shape), delta.scale)
    const change =
      delta.magnitude === undefined
        ? difference
        : graph.node('Sub', [decomposed(graph, graph.node('Add', [merged, difference]), delta, shape), merged])
    merged = graph.node('Add', [merged, scaled(graph, change, delta.strength)])
  }
  return turned ? turn(merged) : merged
}

function scaled(graph: GraphBuilder, value: Value, factor: number): Value {
  return factor === 1 ? value : graph.node('Mul', [value, graph.floats([factor], [1])])
}

function reshaped(graph: GraphBuilder, value: Value, dims: readonly number[]): Value {
  return graph.node('Reshape', [value, graph.ints(dims)])
}

function differenceOf(graph: GraphBuilder, { factors, product }: WeightDelta, shape: readonly number[]): Value {
  const values = factors.map((factor) => factorValue(graph, factor))
  const first = values[0]
  const second = values.at(1)
  if (second === undefined || product === undefined) return reshaped(graph, first.value, shape)
  if (product === 'elementwise') {
    return reshaped(graph, graph.node('Mul', [first.value, second.value]), shape)
  }
  // outputs and inputs of the first are each spread over all of the second; the kernel is the second's
  const [outputs, inputs, ...kernel] = shape
  const area = kernel.reduce((all, n) => all * n, 1)
  const inputsOfFirst = first.columns
  const left = reshaped(graph, first.value, [first.rows, 1, inputsOfFirst, 1, 1])
  const right = reshaped(graph, second.value, [1, outputs / first.rows, 1, inputs / inputsOfFirst, area])
  return reshaped(graph, graph.node('Mul', [left, right]), shape)
}

interface FactorValue {
  readonly value: Value
  readonly rows: number
  /** Elements of one row. */
  readonly columns: number
}

/** A factor as a matrix: one row for each output. */
function factorValue(graph: GraphBuilder, factor: DeltaFactor): FactorValue {
  if ('whole' in factor) {
    const { rows, columns } = sides(factor.whole)
    return { value: graph.weight(factor.whole, { dims: [rows, columns] }), rows, columns }
  }
  const { up, down, mid, upTransposed } = factor
  const [upSides, downSides] = [sides(up), sides(down)]
  let left = graph.weight(up, { dims: [upSides.rows, upSides.columns] })
  if (upTransposed === true) left = graph.node('Transpose', [left], { perm: { ints: [1, 0] } })
  const rows = upTransposed === true ? upSides.columns : upSides.rows
  let right = graph.weight(down, { dims: [downSides.rows, downSides.columns] })
  let { columns } = downSides
  if (mid !== undefined) {
    const [outer, inner, ...kernel] = mid.shape
    const area = kernel.reduce((all, n) => all * n, 1)
    const kernelFirst = graph.node('Transpose', [graph.weight(mid, { dims: [outer, inner, area] })], {
      perm: { ints: [0, 2, 1] },
    })
    const spread = graph.node('MatMul', [kernelFirst, right])
    columns *= area
    right = reshaped(graph, graph.node('Transpose', [spread], { perm: { ints: [0, 2, 1] } }), [outer, columns])
  }
  return { value: graph.node('MatMul', [left, right]), rows, columns }
}

/** A tensor as a matrix: its first dimension, and all others together. */
function sides({ shape }: TensorEntry): { rows: number; columns: number } {
  const [rows = 1, ...rest] = shape
  return { rows, columns: rest.reduce((all, n) => all * n, 1) }
}

function decomposed(graph: GraphBuilder, weight: Value, { magnitude }: WeightDelta, shape: readonly number[]): Value {
  const { norms, of } = magnitude!
  const [outputs, inputs, ...kernel] = shape
  const area = kernel.reduce((all, n) => all * n, 1)
  const cube = reshaped(graph, weight, [outputs, inputs, area])
  const squares = graph.node('ReduceSum', [
    graph.node('Mul', [cube, cube]),
    graph.ints(of === 'output' ? [1, 2] : [0, 2]),
  ])
  const norm = graph.node('Add', [graph.node('Sqrt', [squares]), graph.floats([FLOAT32_EPSILON], [1])])
  const wanted = graph.weight(norms, { dims: of === 'output' ? [outputs, 1, 1] : [1, inputs, 1] })
  return reshaped(graph, graph.node('Mul', [cube, graph.node('Div', [wanted, norm])]), shape)
}

/** What the parts of one module in a LoRA file do to the tensors of the model, checked against their shapes. */
import type { DeltaFactor, TensorEntry, WeightDelta } from '#engine/weights/weights.ts'
import type { LoraModuleParts, LoraPart } from './lora-parts.ts'

/** What a module's change is, without the strength that is asked for. */
export type ModuleChange = Omit<WeightDelta, 'strength'>

/**
 * @param alpha what the file says, if it does; the scale is alpha / rank, and 1 without
 * @returns undefined if the parts make up no kind that is known
 */
export function weightChange(parts: LoraModuleParts, alpha: number | undefined): ModuleChange | undefined {
  const scaleOf = (rank: number | undefined) => (alpha === undefined || rank === undefined ? 1 : alpha / rank)
  const whole = parts.get('diff')
  if (whole !== undefined) return { scale: 1, factors: [{ whole }] }
  const plain = lowRank(parts, 'up', 'down', 'mid', false)
  if (plain !== undefined) return { scale: scaleOf(rankOf(plain)), factors: [plain] }
  const [first, second] = [
    lowRank(parts, 'hada_w1_a', 'hada_w1_b', 'hada_t1', true),
    lowRank(parts, 'hada_w2_a', 'hada_w2_b', 'hada_t2', true),
  ]
  if (first !== undefined && second !== undefined) {
    return { scale: scaleOf(rankOf(first)), factors: [first, second], product: 'elementwise' }
  }
  const left = wholeOr(parts.get('lokr_w1'), lowRank(parts, 'lokr_w1_a', 'lokr_w1_b', undefined, true))
  const right = wholeOr(parts.get('lokr_w2'), lowRank(parts, 'lokr_w2_a', 'lokr_w2_b', 'lokr_t2', true))
  if (left === undefined || right === undefined) return undefined
  // with both in full there is no rank, and alpha does not count
  return { scale: scaleOf(rankOf(right) ?? rankOf(left)), factors: [left, right], product: 'kronecker' }
}

function wholeOr(whole: TensorEntry | undefined, factor: DeltaFactor | undefined): DeltaFactor | undefined {
  return whole === undefined ? factor : { whole }
}

/** @param mayTurn with a kernel between them, LoHa and LoKr keep `up` as [rank, outputs] */
function lowRank(
  parts: LoraModuleParts,
  upPart: LoraPart,
  downPart: LoraPart,
  midPart: LoraPart | undefined,
  mayTurn: boolean,
): DeltaFactor | undefined {
  const [up, down] = [parts.get(upPart), parts.get(downPart)]
  const mid = midPart && parts.get(midPart)
  if (up === undefined || down === undefined) return undefined
  return mid === undefined ? { up, down } : { up, down, mid, upTransposed: mayTurn }
}

function rankOf(factor: DeltaFactor): number | undefined {
  return 'whole' in factor ? undefined : factor.down.shape.at(0)
}

/** The norms of DoRA: of each output where they are as many as outputs, as LyCORIS tells the two apart, and always in PEFT's files. */
export function withMagnitude(
  change: ModuleChange,
  norms: TensorEntry | undefined,
  shape: readonly number[],
): ModuleChange {
  if (norms === undefined) return change
  const isOfOutputs = norms.shape[0] === shape[0] || norms.name.includes('lora_magnitude_vector')
  return { ...change, magnitude: { norms, of: isOfOutputs ? 'output' : 'input' } }
}

/** Whether a change has the shape of the tensor that it is for. */
export function fits({ factors, product, magnitude }: ModuleChange, shape: readonly number[]): boolean {
  const [outputs = 1, inputs = 1, ...kernel] = shape
  const area = count(kernel)
  if (magnitude && count(magnitude.norms.shape) !== (magnitude.of === 'output' ? outputs : inputs)) return false
  const sizes = factors.map(sizeOf)
  const [first, second] = sizes
  if (first === undefined || sizes.includes(undefined)) return false
  if (product !== 'kronecker' || second === undefined) {
    return sizes.every((size) => size!.rows === outputs && size!.columns === inputs * area)
  }
  if (inputs % first.columns !== 0) return false
  return first.rows * second.rows === outputs && first.columns * second.columns === inputs * area
}

/** Rows and columns of a factor as a matrix; undefined if its parts do not go together. */
function sizeOf(factor: DeltaFactor): { rows: number; columns: number } | undefined {
  if ('whole' in factor) return { rows: factor.whole.shape.at(0) ?? 1, columns: count(factor.whole.shape.slice(1)) }
  const { up, down, mid, upTransposed } = factor
  const [a, b] = [up.shape.at(0) ?? 1, count(up.shape.slice(1))]
  const [rows, rank] = upTransposed === true ? [b, a] : [a, b]
  const [downRank = 1, ...rest] = down.shape
  if (mid === undefined) return rank === downRank ? { rows, columns: count(rest) } : undefined
  const [outer, inner, ...kernel] = mid.shape
  return outer === rank && inner === downRank ? { rows, columns: count(rest) * count(kernel) } : undefined
}

function count(dims: readonly number[]): number {
  return dims.reduce((all, n) => all * n, 1)
}

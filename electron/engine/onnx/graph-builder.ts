/**
 * Builds one ONNX graph node by node. Values are named by strings; a method adds a node and returns its output's
 * name. Weights are not read: an initializer says in which file, where and how long its bytes are.
 */
import path from 'node:path'
import { AppError, quoted } from '#shared/errors.ts'
import type { TensorEntry } from '#engine/weights/weights.ts'
import { elementCount } from '#engine/tensor/tensor.ts'
import { mergeDeltas } from './merge-deltas.ts'
import {
  externalTensor,
  inlineTensor,
  modelProto,
  nodeProto,
  valueInfo,
  type AttributeValue,
  type DataType,
  type Dim,
} from './model-proto.ts'
import type { ProtoMessage } from './protobuf.ts'

/** Name of a value in the graph under construction. */
export type Value = string

/** A finished graph: the model's bytes and the folder that its weights' locations are relative to. */
export interface OnnxGraph {
  readonly model: Uint8Array
  readonly weightsRoot: string
  /** The same graph for a runtime that opens no files. */
  packed(): PackedGraph
  readonly parameterCount: number
  /** True if an image's result could depend on its place in the batch: run such a graph for one image at a time. */
  readonly batchDependent: boolean
}

/** A graph whose weights lie one after another in a single block of bytes, and where to read those. */
export interface PackedGraph {
  readonly model: Uint8Array
  /** What the graph calls the block. */
  readonly location: string
  readonly sizeBytes: number
  /** `at`: where it begins in the block. */
  readonly pieces: readonly {
    readonly file: string
    readonly offset: number
    readonly length: number
    readonly at: number
  }[]
}

/** A weight in its file. */
interface StoredWeight {
  readonly key: string
  readonly type: DataType
  readonly dims: readonly number[]
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** What a packed graph's weights are called; no file has the name. */
const PACKED_LOCATION = 'weights'
/** Where each weight begins in the block, as the runtime aligns its own. */
const PACKED_ALIGNMENT = 64

const WEIGHT_TYPES: Partial<Record<string, { type: DataType; bytes: number }>> = {
  F32: { type: 'float32', bytes: 4 },
  F16: { type: 'float16', bytes: 2 },
  BF16: { type: 'bfloat16', bytes: 2 },
}

/** Rows `start` … `start + dims[0]` of a weight, seen with these dims; the bytes stay in place. */
export interface WeightView {
  readonly dims: readonly number[]
  /** First element, counted in elements. */
  readonly start?: number
}

export class GraphBuilder {
  private readonly nodes: ProtoMessage[] = []
  private readonly initializers: ProtoMessage[] = []
  private readonly inputs: ProtoMessage[] = []
  private readonly outputs: ProtoMessage[] = []
  private readonly stored: StoredWeight[] = []
  private readonly constants = new Map<string, Value>()
  private readonly weights = new Map<string, Value>()
  private readonly merged = new Map<string, Value>()
  private weightsRoot: string | undefined
  private parameterCount = 0
  private batchDependent = false
  private counter = 0
  private readonly name: string

  constructor(name: string) {
    this.name = name
  }

  input(name: string, type: DataType, dims: readonly Dim[]): Value {
    this.inputs.push(valueInfo(name, type, dims))
    return name
  }

  output(value: Value, name: string, dims: readonly Dim[]): void {
    this.nodes.push(nodeProto({ opType: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} }))
    this.outputs.push(valueInfo(name, 'float32', dims))
  }

  /** Adds a node of the standard domain, or of com.microsoft with a `ms:` prefix; returns its only output. */
  node(opType: string, inputs: readonly Value[], attributes: Readonly<Record<string, AttributeValue>> = {}): Value {
    const contrib = opType.startsWith('ms:')
    const output = `${opType.replace('ms:', '')}_${++this.counter}`
    this.nodes.push(
      nodeProto({
        opType: contrib ? opType.slice(3) : opType,
        domain: contrib ? 'com.microsoft' : '',
        inputs,
        outputs: [output],
        attributes,
      }),
    )
    return output
  }

  floats(values: readonly number[], dims: readonly number[]): Value {
    return this.constant('float32', new Float32Array(values), dims)
  }

  ints(values: readonly number[]): Value {
    return this.constant('int64', new BigInt64Array(values.map(BigInt)), [values.length])
  }

  /**
   * A weight as float32. float16 and bfloat16 are cast in the graph; the runtime folds the cast when it loads.
   * @param view another shape over the same bytes, or a slice of the leading dimension
   */
  weight(entry: TensorEntry, view: WeightView = { dims: entry.shape }): Value {
    if (entry.deltas !== undefined) return this.mergedWeight(entry, view)
    const stored = this.storedWeight(entry, view)
    return entry.dtype === 'F32' ? stored : this.cast(stored)
  }

  /** A table to gather rows from: stays in its own dtype in the file, rows are cast after the look-up. */
  gatherRows(table: TensorEntry, indices: Value): Value {
    if (table.deltas !== undefined) return this.node('Gather', [this.weight(table), indices], { axis: { int: 0 } })
    const rows = this.node('Gather', [this.storedWeight(table, { dims: table.shape }), indices], { axis: { int: 0 } })
    return table.dtype === 'F32' ? rows : this.cast(rows)
  }

  /** Says that a kernel was used whose result for one image may depend on the others of its batch. */
  markBatchDependent(): void {
    this.batchDependent = true
  }

  finish(): OnnxGraph {
    const { name, nodes, initializers, inputs, outputs, stored, parameterCount, batchDependent } = this
    const weightsRoot = this.weightsRoot ?? path.parse(process.cwd()).root
    const withWeights = (place: (weight: StoredWeight) => { location: string; offset: number }): Uint8Array => {
      const external = stored.map((weight) => {
        const { key, type, dims, length } = weight
        return externalTensor(key, type, dims, { ...place(weight), length })
      })
      return modelProto({ name, nodes, initializers: [...external, ...initializers], inputs, outputs })
    }
    return {
      model: withWeights(({ file, offset }) => ({
        location: path.relative(weightsRoot, file).split(path.sep).join('/'),
        offset,
      })),
      weightsRoot,
      parameterCount,
      batchDependent,
      packed: () => {
        let sizeBytes = 0
        const offsets = new Map(
          stored.map(({ key, length }) => {
            const offset = sizeBytes
            sizeBytes = Math.ceil((offset + length) / PACKED_ALIGNMENT) * PACKED_ALIGNMENT
            return [key, offset] as const
          }),
        )
        const model = withWeights(({ key }) => ({ location: PACKED_LOCATION, offset: offsets.get(key)! }))
        const pieces = stored.map((weight) => ({ ...weight, at: offsets.get(weight.key)! }))
        return { model, location: PACKED_LOCATION, sizeBytes, pieces }
      },
    }
  }

  /** The whole weight is merged once, in float32; views are cut from that. The runtime folds all of it when it loads. */
  private mergedWeight(entry: TensorEntry, { dims, start = 0 }: WeightView): Value {
    let whole = this.merged.get(entry.name)
    if (whole === undefined) {
      whole = mergeDeltas(this, { ...entry, deltas: undefined }, entry.deltas ?? [])
      this.merged.set(entry.name, whole)
    }
    const flat = this.node('Reshape', [whole, this.ints([-1])])
    const end = start + elementCount(dims)
    if (end > elementCount(entry.shape)) throw new RangeError(`view of ${entry.name} is past its end`)
    return this.node('Reshape', [
      this.node('Slice', [flat, this.ints([start]), this.ints([end]), this.ints([0])]),
      this.ints(dims),
    ])
  }

  private cast(value: Value): Value {
    return this.node('Cast', [value], { to: { int: 1 } })
  }

  private storedWeight(entry: TensorEntry, view: WeightView): Value {
    const start = view.start ?? 0
    const key = `${entry.name}@${start}:${view.dims.join('x')}`
    const known = this.weights.get(key)
    if (known !== undefined) return known
    const stored = WEIGHT_TYPES[entry.dtype]
    if (!stored) {
      throw new AppError(
        'dtype-unsupported',
        `tensor ${quoted(entry.name)} is ${entry.dtype}; F32, F16 and BF16 are read`,
      )
    }
    const count = elementCount(view.dims)
    if (start + count > elementCount(entry.shape)) throw new RangeError(`view of ${entry.name} is past its end`)
    const root = path.parse(entry.file).root
    this.weightsRoot ??= root
    if (root !== this.weightsRoot) {
      throw new AppError('weights-invalid', 'the weight files of one component must be on one drive')
    }
    this.stored.push({
      key,
      type: stored.type,
      dims: view.dims,
      file: entry.file,
      offset: entry.offset + start * stored.bytes,
      length: count * stored.bytes,
    })
    this.parameterCount += count
    this.weights.set(key, key)
    return key
  }

  private constant(type: DataType, data: Float32Array | BigInt64Array, dims: readonly number[]): Value {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const key = `${type}:${dims.join('x')}:${data.join(',')}`
    const known = this.constants.get(key)
    if (known !== undefined) return known
    const name = `const_${++this.counter}`
    this.initializers.push(inlineTensor(name, type, dims, raw))
    this.constants.set(key, name)
    return name
  }
}

/**
 * The ONNX messages that the builder fills, as protobuf. Field numbers are those of onnx/onnx.proto (IR version 10).
 */
import { ProtoMessage } from './protobuf.ts'

const IR_VERSION = 10
/** Opset 20 has Gelu; contrib ops (MultiHeadAttention, FusedMatMul) live in com.microsoft 1. */
const OPSETS = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
]

/** TensorProto.DataType */
export const DATA_TYPE = { float32: 1, int32: 6, int64: 7, float16: 10, bfloat16: 16 } as const
export type DataType = keyof typeof DATA_TYPE

/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const

export type AttributeValue =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }

export type Dim = number | string

/** A graph input or output; a string is a dynamic dimension's name. */
export function valueInfo(name: string, type: DataType, dims: readonly Dim[]): ProtoMessage {
  const shape = new ProtoMessage()
  for (const dim of dims) {
    const message = new ProtoMessage()
    if (typeof dim === 'number') message.int(1, dim)
    else message.string(2, dim)
    shape.message(1, message)
  }
  const tensorType = new ProtoMessage().int(1, DATA_TYPE[type]).message(2, shape)
  return new ProtoMessage().string(1, name).message(2, new ProtoMessage().message(1, tensorType))
}

/** A weight whose bytes stay where they are: `location` is relative to the folder the runtime is given. */
export function externalTensor(
  name: string,
  type: DataType,
  dims: readonly number[],
  place: { location: string; offset: number; length: number },
): ProtoMessage {
  const message = tensorHead(name, type, dims)
  for (const [key, value] of Object.entries(place)) {
    message.message(13, new ProtoMessage().string(1, key).string(2, String(value)))
  }
  return message.int(14, 1)
}

/** A constant inside the model; `raw` holds little-endian elements. */
export function inlineTensor(name: string, type: DataType, dims: readonly number[], raw: Uint8Array): ProtoMessage {
  return tensorHead(name, type, dims).bytes(9, raw)
}

function tensorHead(name: string, type: DataType, dims: readonly number[]): ProtoMessage {
  const message = new ProtoMessage()
  for (const dim of dims) message.int(1, dim)
  return message.int(2, DATA_TYPE[type]).string(8, name)
}

export function nodeProto(node: {
  opType: string
  domain: string
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: Readonly<Record<string, AttributeValue>>
}): ProtoMessage {
  const message = new ProtoMessage()
  for (const input of node.inputs) message.string(1, input)
  for (const output of node.outputs) message.string(2, output)
  message.string(3, node.outputs[0]).string(4, node.opType)
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, attributeProto(name, value))
  return message.string(7, node.domain)
}

function attributeProto(name: string, value: AttributeValue): ProtoMessage {
  const message = new ProtoMessage().string(1, name)
  if ('int' in value) return message.int(3, value.int).int(20, ATTRIBUTE_TYPE.int)
  if ('float' in value) return message.float(2, value.float).int(20, ATTRIBUTE_TYPE.float)
  if ('string' in value) return message.string(4, value.string).int(20, ATTRIBUTE_TYPE.string)
  for (const item of value.ints) message.int(8, item)
  return message.int(20, ATTRIBUTE_TYPE.ints)
}

export function modelProto(graph: {
  name: string
  nodes: readonly ProtoMessage[]
  initializers: readonly ProtoMessage[]
  inputs: readonly ProtoMessage[]
  outputs: readonly ProtoMessage[]
}): Uint8Array {
  const body = new ProtoMessage()
  for (const node of graph.nodes) body.message(1, node)
  body.string(2, graph.name)
  for (const tensor of graph.initializers) body.message(5, tensor)
  for (const input of graph.inputs) body.message(11, input)
  for (const output of graph.outputs) body.message(12, output)
  const model = new ProtoMessage().int(1, IR_VERSION).string(2, 'reprise').message(7, body)
  for (const { domain, version } of OPSETS) model.message(8, new ProtoMessage().string(1, domain).int(2, version))
  return model.finish()
}

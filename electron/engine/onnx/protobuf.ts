/**
 * Writes protobuf's wire format: varints, fixed 32-bit floats and length-delimited fields, all that ONNX needs.
 * Source: protobuf.dev/programming-guides/encoding.
 */
const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** One message under construction. Fields appear in the order they are written; default values are not skipped. */
export class ProtoMessage {
  private readonly chunks: Uint8Array[] = []
  private size = 0

  /** A signed 64-bit or enum field; negative values take ten bytes, as protobuf's int64 does. */
  int(field: number, value: number | bigint): this {
    this.varint(BigInt((field << 3) | VARINT))
    this.varint(BigInt.asUintN(64, BigInt(value)))
    return this
  }

  float(field: number, value: number): this {
    this.varint(BigInt((field << 3) | FIXED32))
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.push(bytes)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint(BigInt((field << 3) | LENGTH_DELIMITED))
    this.varint(BigInt(value.byteLength))
    this.push(value)
    return this
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: ProtoMessage): this {
    this.varint(BigInt((field << 3) | LENGTH_DELIMITED))
    this.varint(BigInt(value.size))
    for (const chunk of value.chunks) this.push(chunk)
    return this
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.size)
    let at = 0
    for (const chunk of this.chunks) {
      out.set(chunk, at)
      at += chunk.byteLength
    }
    return out
  }

  private varint(value: bigint): void {
    const bytes: number[] = []
    let rest = value
    do {
      const low = Number(rest & 0x7fn)
      rest >>= 7n
      bytes.push(rest > 0n ? low | 0x80 : low)
    } while (rest > 0n)
    this.push(Uint8Array.from(bytes))
  }

  private push(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.size += chunk.byteLength
  }
}

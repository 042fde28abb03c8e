/**
 * Graphs on ONNX Runtime's WebAssembly build, the same file on every machine: images come out equal in every bit on x64 and
 * ARM, with AVX or without (docs/adr/0010-portable-arithmetic.md). One thread, since with several bits may change.
 */
import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AppError } from '#shared/errors.ts'
import type { OnnxGraph, PackedGraph } from '#engine/onnx/graph-builder.ts'
import { feedsOf, outputsOf } from './runtime-tensors.ts'
import type { RuntimeBackend } from './backend.ts'

/**
 * What an instance holds is addressed with 32 bits, its own code and the activations of a small image included; the
 * weights stand twice in it while it loads what is stored in half precision.
 */
const MAX_WEIGHT_BYTES = 3e9
const FLOAT_BYTES = 4

/** @throws {AppError} `memory-limit-too-small` if the graph's weights are more than an instance can hold */
export async function createPortableSession(graph: OnnxGraph): Promise<RuntimeBackend> {
  const neededBytes = graph.parameterCount * FLOAT_BYTES
  if (neededBytes > MAX_WEIGHT_BYTES) {
    throw new AppError(
      'memory-limit-too-small',
      `portable arithmetic holds parts of up to ${MAX_WEIGHT_BYTES / 1e9} GB, this one needs ${(neededBytes / 1e9).toFixed(1)} GB: use native arithmetic for this model`,
      { data: { neededBytes, limitBytes: MAX_WEIGHT_BYTES } },
    )
  }
  const { InferenceSession, Tensor, env } = await import('onnxruntime-web')
  env.wasm.numThreads = 1
  const packed = graph.packed()
  const session = await InferenceSession.create(packed.model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    externalData: [{ path: packed.location, data: await readPieces(packed) }],
  })
  return {
    inputNames: session.inputNames,
    run: async (inputs) => outputsOf(await session.run(feedsOf(inputs, Tensor))),
    release: () => session.release(),
  }
}

async function readPieces({ pieces, sizeBytes }: PackedGraph): Promise<Uint8Array> {
  const block = new Uint8Array(sizeBytes)
  const handles = new Map<string, Awaited<ReturnType<typeof open>>>()
  try {
    for (const { file, offset, length, at } of pieces) {
      const handle = handles.get(file) ?? (await open(file))
      handles.set(file, handle)
      for (let read = 0; read < length;) {
        const { bytesRead } = await handle.read(block, at + read, length - read, offset + read)
        if (bytesRead === 0) throw new AppError('weights-invalid', 'a weights file ends before its tensors do')
        read += bytesRead
      }
    }
  } finally {
    for (const handle of handles.values()) await handle.close()
  }
  return block
}

let known: Promise<string> | undefined

/** sha256 of the WebAssembly file, hex: with it the bits of an image are settled on every machine. */
export function portableRuntimeHash(): Promise<string> {
  known ??= readFile(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')).then(
    (bytes) => createHash('sha256').update(bytes).digest('hex'),
  )
  return known
}

/**
 * The instruction set that ONNX Runtime's kernels (MLAS) use on this processor. Their sums are cut into blocks by it, so
 * that pixels depend on it; they do not depend on the brand or the model.
 *
 * Source: MLAS_PLATFORM::MLAS_PLATFORM in onnxruntime/core/mlas/lib/platform.cpp: float32 kernels are chosen by AVX512F,
 * then by AVX2 with FMA3, then by AVX; NEON on every arm64.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { ProcessorKind } from '#shared/names.ts'

let known: { readonly kind: ProcessorKind | undefined } | undefined

/** Returns undefined where it cannot be found out, as on Windows. */
export function processorKind(): ProcessorKind | undefined {
  known ??= { kind: process.arch === 'arm64' ? 'neon' : kindOfFlags(readFlags()) }
  return known.kind
}

/** @param flags names of processor features, as Linux (`avx512f`) or macOS (`AVX512F`, `AVX1.0`) write them */
export function kindOfFlags(flags: string | undefined): ProcessorKind | undefined {
  if (flags === undefined) return undefined
  const has = new Set(flags.toLowerCase().split(/\s+/))
  if (!has.has('sse2')) return undefined
  if (has.has('avx512f')) return 'avx512'
  if (has.has('avx2') && has.has('fma')) return 'avx2'
  return has.has('avx') || has.has('avx1.0') ? 'avx' : 'sse'
}

/** The system lists only what it lets programs use. */
function readFlags(): string | undefined {
  try {
    if (process.platform === 'linux') return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]
    if (process.platform !== 'darwin') return undefined
    const names = ['machdep.cpu.features', 'machdep.cpu.leaf7_features']
    return execFileSync('/usr/sbin/sysctl', ['-n', ...names], { encoding: 'utf8', timeout: 2_000 })
  } catch {
    // not knowing it stops no image
    return undefined
  }
}

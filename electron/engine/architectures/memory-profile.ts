/** What a model takes of memory, out of its configs and graphs: the numbers that shared/model-memory.ts reckons with. */
import type { MemoryProfile } from '#shared/model-memory.ts'
import type { OnnxGraph } from '#engine/onnx/graph-builder.ts'
import type { UNetConfig } from './unet-config.ts'
import type { VaeConfig } from './vae-config.ts'

export interface ProfiledModel {
  readonly unet: UNetConfig
  readonly vae: VaeConfig
  readonly graphs: Readonly<
    Record<'textEncoder' | 'unet' | 'vaeEncoder' | 'vaeDecoder', Pick<OnnxGraph, 'parameterCount' | 'batchDependent'>>
  >
}

/** Node, the runtime and its thread pools, bytes. */
const PROCESS_BYTES = 200e6
/** Weights and activations are float32 on the CPU, whatever the weights are stored as. */
const FLOAT_BYTES = 4

export function memoryProfile({ unet, vae, graphs }: ProfiledModel): MemoryProfile {
  const weights = (...parts: (keyof typeof graphs)[]): number =>
    parts.reduce((sum, part) => sum + graphs[part].parameterCount * FLOAT_BYTES, 0)
  return {
    processBytes: PROCESS_BYTES,
    weightBytes: {
      textEncoder: weights('textEncoder'),
      unet: weights('unet'),
      vae: weights('vaeEncoder', 'vaeDecoder'),
    },
    unetBytesPerPixel: unetBytesPerLatent(unet) / vae.scaleFactor ** 2,
    decoderBytesPerPixel: decoderBytesPerPixel(vae),
    oneAtATime: graphs.unet.batchDependent,
  }
}

/**
 * Activations of one row at the UNet's widest moment: every skip that waits for the way up, and the working set
 * of one transformer block at full size (its feed-forward is 2 × 4 times as wide as its input). Measured on SD 1.5:
 * 28–32 MB a row at 256 px, 112–122 MB at 512 px; this says 32 and 128.
 */
function unetBytesPerLatent({ levels }: UNetConfig): number {
  const finest = levels[0].channels
  const skips = levels.reduce((sum, level, i) => sum + ((level.layers + 1) * level.channels) / 4 ** i, finest)
  const working = 18 * finest
  return FLOAT_BYTES * (skips + working)
}

/**
 * The decoder's last level at full size: input, two normalised copies and output of a resnet, and what the
 * runtime's arena adds. Measured on SD 1.5 at 512 px: 1050 MB, as this says.
 */
function decoderBytesPerPixel({ blockOutChannels }: VaeConfig): number {
  const [finest, next = finest] = blockOutChannels
  return FLOAT_BYTES * Math.max(5.2 * finest, 2.6 * (finest + next))
}

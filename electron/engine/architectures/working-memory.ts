/** What networks take of memory while they run, fitted to measured peaks. */
import type { WorkingMemory } from '#shared/model-memory.ts'
import { AUTOENCODER_KL } from '#engine/networks/autoencoder-kl.ts'
import type { AutoencoderKlConfig } from '#engine/networks/autoencoder-kl-config.ts'
import { AUTOENCODER_TINY } from '#engine/networks/autoencoder-tiny.ts'
import { UNET_2D_CONDITION } from '#engine/networks/unet-2d-condition.ts'
import type { Components } from './architecture.ts'

/** Activations are float32 on the CPU. */
const FLOAT_BYTES = 4

export function conditionUNetMemory(components: Components, { scaleFactor }: { scaleFactor: number }): WorkingMemory {
  const unet = components.get('unet', UNET_2D_CONDITION)
  const kl = components.find('vae', AUTOENCODER_KL)
  return {
    unetBytesPerPixel: unetBytesPerLatent(unet.levels) / scaleFactor ** 2,
    decoderBytesPerPixel: kl === undefined ? tinyDecoderBytesPerPixel(components) : decoderBytesPerPixel(kl),
  }
}

/**
 * Activations of one row at the UNet's widest moment: every skip that waits for the way up, and the working set
 * of one transformer block at full size (its feed-forward is 2 × 4 times as wide as its input). Measured on SD 1.5:
 * 28–32 MB a row at 256 px, 112–122 MB at 512 px; this says 32 and 128.
 */
export function unetBytesPerLatent(levels: readonly { readonly channels: number; readonly layers: number }[]): number {
  const finest = levels[0].channels
  const skips = levels.reduce((sum, level, i) => sum + ((level.layers + 1) * level.channels) / 4 ** i, finest)
  const working = 18 * finest
  return FLOAT_BYTES * (skips + working)
}

/**
 * The decoder's last level at full size: input, two normalised copies and output of a resnet, and what the
 * runtime's arena adds. Measured on SD 1.5 at 512 px: 1050 MB, as this says.
 */
function decoderBytesPerPixel({ blockOutChannels }: AutoencoderKlConfig): number {
  const [finest, next = finest] = blockOutChannels
  return FLOAT_BYTES * Math.max(5.2 * finest, 2.6 * (finest + next))
}

/** Three feature maps at full size. */
function tinyDecoderBytesPerPixel(components: Components): number {
  const { decoder } = components.get('vae', AUTOENCODER_TINY)
  return FLOAT_BYTES * 3 * decoder[decoder.length - 1].channels
}

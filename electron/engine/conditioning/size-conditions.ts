/**
 * SDXL's numbers about the image beside its prompt: the size that it was scaled down from, where it was cut out of that,
 * and the size it has, or for the refiner how good it is.
 * Must match _get_add_time_ids of diffusers' StableDiffusionXL pipelines and `text_time` of UNet2DConditionModel.
 */
import { sinusoidalEmbedding } from '#engine/networks/sinusoidal-embedding.ts'
import type { Tensor } from '#engine/tensor/tensor.ts'
import type { Conditioning } from './conditioning.ts'

interface Sized {
  readonly widthPx: number
  readonly heightPx: number
  readonly request: {
    readonly originalSize?: { readonly widthPx: number; readonly heightPx: number } | undefined
    readonly crop?: { readonly xPx: number; readonly yPx: number } | undefined
    readonly targetSize?: { readonly widthPx: number; readonly heightPx: number } | undefined
  }
}

/** Height comes before width, and top before left. */
export function sizeConditions({ widthPx, heightPx, request }: Sized): readonly number[] {
  const {
    originalSize = { widthPx, heightPx },
    crop = { xPx: 0, yPx: 0 },
    targetSize = { widthPx, heightPx },
  } = request
  return [originalSize.heightPx, originalSize.widthPx, crop.yPx, crop.xPx, targetSize.heightPx, targetSize.widthPx]
}

/** @param score how good the image is, about 1 to 10 */
export function aestheticConditions(image: Sized, score: number): readonly number[] {
  return [...sizeConditions(image).slice(0, 4), score]
}

export function idsRow(ids: readonly number[]): Tensor {
  return { shape: [1, ids.length], data: Float32Array.from(ids) }
}

/**
 * The pooled prompt, then each number embedded, of every row.
 *
 * @returns [N, P + K · timeEmbedDim]
 */
export function addedConditions(
  { pooled, addedIds }: Conditioning,
  timeEmbedDim: number,
  options: { flipSinToCos: boolean; freqShift: number },
): Tensor {
  const [rows, pooledFeatures] = pooled!.shape
  const ids = addedIds!.shape[1]
  const features = pooledFeatures + ids * timeEmbedDim
  const data = new Float32Array(rows * features)
  for (let row = 0; row < rows; row++) {
    data.set(pooled!.data.subarray(row * pooledFeatures, (row + 1) * pooledFeatures), row * features)
    for (let k = 0; k < ids; k++) {
      const embedded = sinusoidalEmbedding(addedIds!.data[row * ids + k], timeEmbedDim, options)
      data.set(embedded, row * features + pooledFeatures + k * timeEmbedDim)
    }
  }
  return { shape: [rows, features], data }
}

/**
 * What a network is told beside the noisy sample and the timestep, for a batch of images: a row of each part for each
 * image. A network without conditions has no parts.
 */
import type { Tensor } from '#engine/tensor/tensor.ts'
import { stackRows } from '#engine/tensor/rows.ts'

export interface Conditioning {
  /** States of the prompt's tokens, [N, S, D]. */
  readonly hiddenStates?: Tensor
  /** One state for the whole prompt, [N, P]. */
  readonly pooled?: Tensor
  /** Numbers such as the size the image was cropped from, [N, K]. */
  readonly addedIds?: Tensor
}

const PARTS = ['hiddenStates', 'pooled', 'addedIds'] as const satisfies (keyof Conditioning)[]

/** Joins conditionings with the same parts, row after row. */
export function stackConditionings(all: readonly Conditioning[]): Conditioning {
  return mapParts(all[0], (_, part) => stackRows(all.map((one) => one[part]!)))
}

/** Returns zeros of the same shapes. */
export function zeroConditioning(like: Conditioning): Conditioning {
  return mapParts(like, ({ shape, data }) => ({ shape, data: new Float32Array(data.length) }))
}

function mapParts(
  conditioning: Conditioning,
  change: (tensor: Tensor, part: (typeof PARTS)[number]) => Tensor,
): Conditioning {
  return Object.fromEntries(
    PARTS.flatMap((part) => {
      const tensor = conditioning[part]
      return tensor === undefined ? [] : [[part, change(tensor, part)]]
    }),
  )
}

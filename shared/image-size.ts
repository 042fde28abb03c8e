/** The sizes that a model can make. */
import { AppError } from './errors.ts'

/**
 * @param multiplePx pixels per latent: what the VAE enlarges by
 * @throws {AppError} `size-not-divisible` with the nearest that are; an edge that is left open is right
 */
export function requireSizeMultiple(
  { widthPx, heightPx }: { widthPx?: number | undefined; heightPx?: number | undefined },
  multiplePx: number,
): void {
  requireMultiple('width', widthPx, multiplePx)
  requireMultiple('height', heightPx, multiplePx)
}

function requireMultiple(name: string, px: number | undefined, factor: number): void {
  if (px === undefined || (px > 0 && px % factor === 0)) return
  const below = Math.floor(px / factor) * factor
  const nearest = below > 0 ? `${below} or ${below + factor}` : `${factor}`
  throw new AppError(
    'size-not-divisible',
    `${name} ${px} is not a multiple of ${factor}, which this model's VAE needs; the nearest: ${nearest}`,
    { data: { [name]: px, factor } },
  )
}

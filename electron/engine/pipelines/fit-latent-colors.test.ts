import { expect, it } from 'vitest'
import type { Tensor } from '#engine/tensor/tensor.ts'
import { fitLatentColors } from './fit-latent-colors.ts'

const CHANNELS = 5
const FACTOR = 3
/** In 0..255, small enough that nothing is cut off. */
const COLORS = [
  [3, -2, 1, 0, 4, 120],
  [0, 5, -4, 2, 1, 128],
  [-1, 1, 6, -3, 0, 140],
]

/** Every pixel of a latent's square has its colour, except for a pattern whose mean is zero. */
function decodeLinearly({ shape: [count, channels, height, width], data }: Tensor): Promise<Tensor> {
  expect(channels).toBe(CHANNELS)
  const [rows, columns] = [height * FACTOR, width * FACTOR]
  const out = new Float32Array(count * 3 * rows * columns)
  for (let at = 0; at < out.length; at++) {
    const [x, y] = [at % columns, Math.floor(at / columns) % rows]
    const [color, n] = [Math.floor(at / (rows * columns)) % 3, Math.floor(at / (3 * rows * columns))]
    const place = Math.floor(y / FACTOR) * width + Math.floor(x / FACTOR)
    const weights = COLORS[color]
    const byte = weights
      .slice(0, channels)
      .reduce((sum, weight, c) => sum + weight * data[(n * channels + c) * height * width + place], weights[channels])
    out[at] = (byte + 5 * ((x % FACTOR) - 1)) / 127.5 - 1
  }
  return Promise.resolve({ shape: [count, 3, rows, columns], data: out })
}

it('finds the colours of a linear decoder', async () => {
  const fitted = await fitLatentColors(CHANNELS, decodeLinearly)
  expect(fitted).toHaveLength(3)
  fitted!.flat().forEach((weight, at) => {
    expect(weight).toBeCloseTo(COLORS.flat()[at], 3)
  })
})

it('finds none where the decoder gives no numbers', async () => {
  const broken = async (latents: Tensor): Promise<Tensor> => {
    const { shape, data } = await decodeLinearly(latents)
    data[7] = Number.NaN
    return { shape, data }
  }
  expect(await fitLatentColors(CHANNELS, broken)).toBeUndefined()
})

it('does not ask a decoder of more channels than its patches can settle', async () => {
  expect(await fitLatentColors(5000, decodeLinearly)).toBeUndefined()
})

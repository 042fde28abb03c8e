import { expect, it } from 'vitest'
import { paintLatents } from './latent-colors.ts'

/** Red is the first channel, green the second, blue always 30. */
const COLORS = [
  [100, 0, 50],
  [0, 200, 50],
  [0, 0, 30],
]

it('gives one picture of each image, a pixel of each latent', () => {
  const data = Float32Array.of(...[1, 0, -1], ...[0, 0.5, 1], ...[0, 0, 1], ...[0, 0, 0])
  expect(paintLatents({ shape: [2, 2, 1, 3], data }, COLORS)).toEqual([
    { widthPx: 3, heightPx: 1, pixels: Uint8Array.of(...[150, 50, 30], ...[50, 150, 30], ...[0, 250, 30]) },
    { widthPx: 3, heightPx: 1, pixels: Uint8Array.of(...[50, 50, 30], ...[50, 50, 30], ...[150, 50, 30]) },
  ])
})

it('brings latents that go far beyond an image back to its contrast, each picture by itself', () => {
  const data = Float32Array.of(...[10, -10], ...[10, -10], ...[1, 0], ...[0, 0])
  const [far, near] = paintLatents({ shape: [2, 2, 1, 2], data }, COLORS)
  expect([...far.pixels]).toEqual([170, 255, 30, 0, 0, 30])
  expect([...near.pixels]).toEqual([150, 50, 30, 50, 50, 30])
})

it.each([Number.NaN, Infinity, -Infinity])('is black where a latent is %s, and does not fail', (value) => {
  const [{ pixels }] = paintLatents({ shape: [1, 2, 1, 2], data: Float32Array.of(value, 0, 0, 0) }, COLORS)
  expect(pixels).toHaveLength(6)
  expect(pixels[0]).toBe(0)
})

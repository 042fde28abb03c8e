/** Sizes that are offered for a model: its own, longer in either direction, and twice as large. */

export interface Size {
  readonly width: number
  readonly height: number
}

/** Of the long edge to the short one. */
const SHAPES = [3 / 2, 4 / 3]

/**
 * @param own  the size that the model was made for
 * @param multiple of which width and height have to be multiples
 */
export function sizesFor(own: { widthPx: number; heightPx: number }, multiple: number): Size[] {
  const fit = (px: number): number => Math.max(multiple, Math.round(px / multiple) * multiple)
  // models see most of what they were made for where the short edge stays
  const short = fit(Math.min(own.widthPx, own.heightPx))
  const longer = SHAPES.map((shape) => fit(short * shape))
  const all = [
    { width: fit(own.widthPx), height: fit(own.heightPx) },
    { width: fit(2 * own.widthPx), height: fit(2 * own.heightPx) },
    ...longer.flatMap((long) => [
      { width: short, height: long },
      { width: long, height: short },
    ]),
  ]
  return all.filter(
    ({ width, height }, index) => all.findIndex((one) => one.width === width && one.height === height) === index,
  )
}

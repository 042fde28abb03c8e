/** How weights are stored, as people call it: a file says F16, papers and settings say float16. */
import type { ModelComponent } from '#shared/model-summary.ts'

const NAMES: Readonly<Partial<Record<string, string>>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8',
  F8_E5M2: 'float8',
  I8: 'int8',
}

export function precisionName(dtype: string): string {
  return NAMES[dtype] ?? dtype
}

/** All that its components have, the first of each first: "float16, float32". */
export function precisionsOf(components: readonly Pick<ModelComponent, 'dtypes'>[]): string {
  const main = components.flatMap(({ dtypes }) => dtypes.slice(0, 1))
  return [...new Set(main.map(precisionName))].join(', ')
}

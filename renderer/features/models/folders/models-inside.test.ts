import { expect, test } from 'vitest'
import { modelsInside } from './models-inside.ts'

test.each([
  ['/m', ['/m', '/m/a', '/m/b/c']],
  ['/m/', ['/m', '/m/a', '/m/b/c']],
  ['/m/b', ['/m/b/c']],
  ['C:\\m', ['C:\\m\\x']],
  ['/', ['/m', '/m/a', '/m/b/c', '/mother']],
])('%s', (folder, inside) => {
  const models = ['/m', '/m/a', '/m/b/c', '/mother', 'C:\\m\\x'].map((path) => ({ path }))
  expect(modelsInside(models, folder).map(({ path }) => path)).toEqual(inside)
})

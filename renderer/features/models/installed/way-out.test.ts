import { expect, test } from 'vitest'
import { wayOut } from './way-out.ts'

test.each([
  [['weights-invalid', 'tensor-missing'], 'download'],
  // whole or not, it could not run
  [['tensor-missing', 'architecture-unsupported'], 'download'],
  [['model-not-found'], 'folders'],
  [['engine-died'], 'look-again'],
  [[], 'look-again'],
] as const)('%j: %s', (codes, action) => {
  expect(wayOut(codes).action).toBe(action)
})

test('what cannot run is not said to be damaged', () => {
  expect(wayOut(['tensor-missing', 'architecture-unsupported']).text).toBe(wayOut(['architecture-unsupported']).text)
  expect(wayOut(['tensor-missing']).text).not.toBe(wayOut(['architecture-unsupported']).text)
})

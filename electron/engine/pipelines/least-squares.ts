/** The linear function that comes closest to what was seen. */

/**
 * By way of the normal equations, in double precision: for well-spread inputs.
 *
 * @param inputs  where each observation was made, as many values each as there are weights
 * @param outputs what was seen there, as many values each as functions are wanted
 * @returns for each output the weights w that make Σ (input · w − output)² least; undefined if the inputs do not settle
 *   them, or something is not finite
 */
export function leastSquares(
  inputs: readonly (readonly number[])[],
  outputs: readonly (readonly number[])[],
): number[][] | undefined {
  const size = inputs[0].length
  const equations = Array.from({ length: size }, () => new Float64Array(size + outputs[0].length))
  inputs.forEach((input, n) => {
    const both = [...input, ...outputs[n]]
    equations.forEach((equation, i) => {
      both.forEach((value, j) => (equation[j] += input[i] * value))
    })
  })
  eliminate(equations)
  const weights = outputs[0].map((_, k) => equations.map((equation) => equation[size + k]))
  return weights.flat().every(Number.isFinite) ? weights : undefined
}

/** Gauss–Jordan in place, leaving the solutions on the right. Symmetric positive equations need no pivoting. */
function eliminate(equations: readonly Float64Array[]): void {
  equations.forEach((equation, i) => {
    const pivot = equation[i]
    equation.forEach((value, j) => (equation[j] = value / pivot))
    for (const other of equations) {
      const factor = other[i]
      if (other !== equation) other.forEach((value, j) => (other[j] = value - factor * equation[j]))
    }
  })
}

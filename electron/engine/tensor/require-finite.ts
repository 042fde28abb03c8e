/** Stops a computation that has left the numbers: an image of NaN would only be a black square. */
import { AppError } from '#shared/errors.ts'

/** @throws {AppError} `not-finite` naming what it is and where */
export function requireFinite(data: Float32Array, what: string): void {
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  throw new AppError(
    'not-finite',
    `${what} became ${data[at]}: the weights are damaged or do not fit these settings; try the model's own scheduler and a lower guidance`,
  )
}

/** Values in values in values: parsing takes any depth, but whoever walks through them again runs out of stack. */
import { FieldsError } from './a1111-error.ts'

/** Clients have scripts with arguments with units: five levels. */
const MAX_DEPTH = 64

/** @throws {FieldsError} */
export function refuseDeep(body: unknown): void {
  let level: unknown[] = [body]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      const msg = `ensure this value has at most ${MAX_DEPTH} levels`
      throw new FieldsError([{ loc: ['body'], msg, type: 'value_error' }])
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    )
  }
}

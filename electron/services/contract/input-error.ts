/** What a schema found wrong with an input, as one sentence a person can act on. */
import type { z } from 'zod'
import { AppError, quoted } from '#shared/errors.ts'

const SHOWN = 3

export function inputError(procedure: string, { issues }: z.ZodError): AppError {
  const found = issues.slice(0, SHOWN).map(({ path, message }) => {
    const field = path.map(String).join('.')
    // messages name keys out of the input
    return `${field === '' ? 'the input' : quoted(field)}: ${quoted(message).slice(1, -1)}`
  })
  const more = issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : ''
  return new AppError('invalid-argument', `${procedure} does not take this: ${found.join('; ')}${more}`, {
    data: {
      procedure,
      issues: issues.slice(0, SHOWN).map(({ path, message }) => ({ path: path.map(String), message })),
    },
  })
}

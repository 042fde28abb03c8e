import { AppError, quoted } from '#shared/errors.ts'

/** Names are compared without regard to case. */
export function nameTaken(what: string, name: string): AppError {
  return new AppError('name-taken', `there is a ${what} named ${quoted(name)} already: choose another name`, {
    data: { what, name },
  })
}

import { AppError } from '#shared/errors.ts'

/** What was asked for by id is not in the database: deleted meanwhile, or never there. */
export function notFound(what: string, id: number | string): AppError {
  return new AppError('not-found', `there is no ${what} ${id}: it was deleted, or the id is wrong`, {
    data: { what, id },
  })
}

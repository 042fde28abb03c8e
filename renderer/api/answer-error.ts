/** Why the studio refused a request that is no call: it says so as JSON, and what stands between may say anything. */
import { AppError, WireErrorSchema } from '#shared/errors.ts'

/** @param what the request was for, where the answer does not tell why */
export async function answerError(answer: Response, what: string): Promise<AppError> {
  const error = WireErrorSchema.safeParse(await answer.json().catch(() => undefined))
  return error.success ? AppError.fromWire(error.data) : new AppError('internal', `${what} failed (${answer.status})`)
}

/** Small JSON documents of a server: with a limit, and everything that can be wrong with them. */
import type { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { connectionError } from './connection-error.ts'
import { hostOf, type HttpClient } from './http-client.ts'
import { refusal } from './refusal.ts'

const MAX_BYTES = 32 * 2 ** 20
/** For the whole document. */
const TIMEOUT_MS = 60_000

/**
 * @param what for messages: "the repository owner/name"
 * @throws {AppError} `download-failed`, `download-refused`, `download-invalid`
 */
export async function readJson<T>(http: HttpClient, url: URL, schema: z.ZodType<T>, what: string): Promise<T> {
  const answer = await http.get(url)
  if (answer.status !== 200) throw refusal(answer, what)
  const chunks: Buffer[] = []
  let length = 0
  const timer = setTimeout(() => {
    answer.body.destroy(new Error(`the answer did not end within ${TIMEOUT_MS / 1000} s`))
  }, TIMEOUT_MS)
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > MAX_BYTES) throw new AppError('download-invalid', `${hostOf(url)} sends far too much for ${what}`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw connectionError(error, url, undefined)
  } finally {
    clearTimeout(timer)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.concat(chunks).toString())
  } catch (cause) {
    throw new AppError('download-invalid', `what ${hostOf(url)} sends for ${what} is no JSON`, { cause })
  }
  const { data, error, success } = schema.safeParse(parsed)
  if (!success) {
    throw new AppError(
      'download-invalid',
      `what ${hostOf(url)} sends for ${what} cannot be understood: ${error.issues[0].path.join('.')}: ${error.issues[0].message}`,
    )
  }
  return data
}

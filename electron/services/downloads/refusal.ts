/** What a status other than success means for a download. */
import { AppError } from '#shared/errors.ts'
import { hostOf, textOf, type HttpAnswer } from './http-client.ts'

/** Of statuses that a later request may not meet. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** With `data.retryAfterMs` if the server says when to come again. The body is given up. */
export function refusal(answer: HttpAnswer, what: string): AppError {
  const { status, headers, url, body } = answer
  body.destroy()
  const data = { host: url.host, status }
  const from = `${hostOf(url)} answers ${status}`
  if (PASSING.has(status) || status >= 500) {
    const why = status === 429 ? 'it wants fewer requests' : 'it cannot answer now'
    const retryAfterMs = retryAfter(textOf(headers['retry-after']))
    return new AppError('download-failed', `${from} for ${what}: ${why}. Try again later`, {
      data: { ...data, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    })
  }
  // the hub says in a header of its own what it means
  const code = textOf(headers['x-error-code'])
  if (code === 'GatedRepo') {
    return new AppError(
      'download-refused',
      `${from} for ${what}: its author asks for an agreement. Accept it on the model's page, then set HF_TOKEN to a token of that account and try again`,
      { data },
    )
  }
  if (status === 401 || status === 403) {
    const todo = answer.hasToken
      ? 'the token (HF_TOKEN) does not give access to it'
      : 'it is not there, or needs a token. HF_TOKEN holds the one for the hub'
    return new AppError('download-refused', `${from} for ${what}: ${todo}`, { data })
  }
  if (status === 404 || status === 410) {
    return new AppError('download-refused', `${from} for ${what}: it is not there. Check the name`, { data })
  }
  return new AppError('download-refused', `${from} for ${what}, which is not a file`, { data })
}

/** Seconds, or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfter(text: string): number | undefined {
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now())
}

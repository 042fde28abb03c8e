/** What goes wrong between here and a server, as errors with a way out. */
import { AppError, quoted } from '#shared/errors.ts'

const REASONS: Record<string, string> = {
  ENOTFOUND: 'its name is not known. Is this machine online?',
  EAI_AGAIN: 'its name cannot be looked up. Is this machine online?',
  ECONNREFUSED: 'nobody answers there',
  ECONNRESET: 'the connection was dropped',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  EPIPE: 'the connection was dropped',
}
/** Trying again would not help. */
const IS_TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER))/

/** @throws nothing. Of an aborted signal: `cancelled` */
export function connectionError(error: unknown, url: URL, signal: AbortSignal | undefined): AppError {
  if (signal?.aborted) return new AppError('cancelled', 'the download was stopped', { cause: error })
  if (error instanceof AppError) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  const data = { host: url.host, systemCode: code }
  if (IS_TLS.test(code)) {
    return new AppError(
      'download-refused',
      `the connection to ${quoted(url.host)} cannot be trusted (${code}): check this machine's clock, and what stands between it and the server`,
      { data, cause: error },
    )
  }
  return new AppError('download-failed', `${quoted(url.host)}: ${REASONS[code] ?? message}`, { data, cause: error })
}

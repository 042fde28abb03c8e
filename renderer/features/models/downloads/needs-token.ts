/** Whether the server wants to know who asks, and the desktop app can be told: it keeps tokens, a browser does not. */
import { desktop } from '#renderer/api/desktop.svelte.ts'
import type { WireError } from '#shared/errors.ts'

const UNAUTHORIZED: ReadonlySet<unknown> = new Set([401, 403])

export function needsToken(error: Pick<WireError, 'code' | 'data'> | null | undefined): boolean {
  return desktop !== undefined && error?.code === 'download-refused' && UNAUTHORIZED.has(error.data.status)
}

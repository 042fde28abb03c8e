/** The one origin of the desktop app's page: what main trusts, and lets the window show. */

export const APP_SCHEME = 'app'
const HOST = 'reprise'
export const APP_PAGE = `${APP_SCHEME}://${HOST}/`

/** Parsed, never compared as text: `app://reprise.evil/` begins alike. */
export function isAppAddress(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === `${APP_SCHEME}:` && url.host === HOST
}

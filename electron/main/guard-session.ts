/** What the page may ask of the system: to write plain things to the clipboard. And no network at all. */
import type { Session } from 'electron'
import { isAppAddress } from './app-address.ts'

const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

const NETWORK = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*']

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl }) => {
    callback(ALLOWED.has(permission) && isAppAddress(requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && isAppAddress(origin))
  session.setDevicePermissionHandler(() => false)
  // beside the page's own policy, which forbids the same
  session.webRequest.onBeforeRequest({ urls: NETWORK }, (_details, callback) => {
    callback({ cancel: true })
  })
}

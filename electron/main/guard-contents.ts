/** Keeps every window on the app's own page: elsewhere go only links, and those into the person's browser. */
import { app, shell, type WebContents } from 'electron'
import { isAppAddress } from './app-address.ts'

const MAX_LINK_LENGTH = 2_000

/** Of all there will be, whoever makes them. */
export function guardAllContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    guard(contents)
  })
}

function guard(contents: WebContents): void {
  contents.on('will-frame-navigate', (details) => {
    if (isAppAddress(details.url) && details.isMainFrame) return
    details.preventDefault()
    if (details.isMainFrame) openLink(details.url)
  })
  contents.on('will-redirect', (details) => {
    if (!isAppAddress(details.url)) details.preventDefault()
  })
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
  })
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url)
    return { action: 'deny' }
  })
}

function openLink(address: string): void {
  const url = URL.parse(address)
  // other schemes start programs; a link with a name and a password in it is meant to deceive
  const isWebLink = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!isWebLink || url.href.length > MAX_LINK_LENGTH) return
  // as it was understood here, not as it was written
  shell.openExternal(url.href).catch(() => undefined)
}

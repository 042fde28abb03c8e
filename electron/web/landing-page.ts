/** What a person sees where there are no panels: plain pages without scripts. */
import type { WireError } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'
import { escapeHtml, plainPage } from '../services/pages/plain-page.ts'

/** @param origin under which the browser reached the server */
export function landingPage(origin: string): string {
  const command = `curl -X POST -H "Authorization: Bearer TOKEN" -H "Content-Type: application/json" ${origin}/api/studio.info`
  return plainPage(
    'Reprise is running',
    `<p>Version ${escapeHtml(VERSION)}. This installation has no panels to show here; the studio is driven through its API. In a clone of the repository,
<code>npm run build:renderer</code> makes the panels; then start this again.</p>
<p>Procedures are called by name, with JSON:</p>
<pre>${escapeHtml(command)}</pre>
<p>TOKEN is what <code>reprise serve</code> printed when it started. Events come over a WebSocket at <code>/ws</code>,
images from <code>/images/ID</code>, and input images go to <code>/inputs</code>.</p>`,
  )
}

export function errorPage(error: WireError): string {
  return plainPage('Reprise', `<p>${escapeHtml(error.message)}</p>\n<p class="dim"><code>${error.code}</code></p>`)
}

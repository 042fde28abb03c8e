/** What a person sees where there are no panels: plain pages without scripts. */
import type { WireError } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'

/** @param origin under which the browser reached the server */
export function landingPage(origin: string): string {
  const command = `curl -X POST -H "Authorization: Bearer TOKEN" -H "Content-Type: application/json" ${origin}/api/studio.info`
  return page(
    'Reprise is running',
    `<p>Version ${escapeHtml(VERSION)}. This installation has no panels to show here; the studio is driven through its API.</p>
<p>Procedures are called by name, with JSON:</p>
<pre>${escapeHtml(command)}</pre>
<p>TOKEN is what <code>reprise serve</code> printed when it started. Events come over a WebSocket at <code>/ws</code>,
images from <code>/images/ID</code>, and input images go to <code>/inputs</code>.</p>`,
  )
}

export function errorPage(error: WireError): string {
  return page('Reprise', `<p>${escapeHtml(error.message)}</p>\n<p><code>${error.code}</code></p>`)
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<h1>${title}</h1>
${body}
</html>
`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

import { VERSION } from '#shared/version.ts'
import { escapeHtml, plainPage } from '../services/pages/plain-page.ts'

/** What the window shows where no panels were built. */
export function landingPage(dataDir: string): string {
  return plainPage(
    'Reprise is running',
    `<p>Version ${escapeHtml(VERSION)}. This installation has no panels to show here. The queue runs all the same: what
<code>reprise queue add</code> puts into it is made.</p>
<p>The data is in <code>${escapeHtml(dataDir)}</code>.</p>`,
  )
}

/** A page without scripts in the studio's colours, for where the panels are not, or not yet. */
import { createHash } from 'node:crypto'

/** The colours are those of renderer/styles/tokens.css, whose file such a page cannot load. */
const STYLE = `
:root { color-scheme: light dark; --bg: light-dark(#fafaf9, #12100f); --raised: light-dark(#fff, #1b1917);
  --line: light-dark(#dad8d6, #2f2c2a); --control: light-dark(#8a8784, #6f6b68); --text: light-dark(#1c1a18, #ebe8e6);
  --dim: light-dark(#5c5956, #a19d99); --accent: light-dark(#d27a1c, #eba94f); --bad: light-dark(#b3261e, #f28b82);
  --sunken: light-dark(#f1f0ee, #0b0a09) }
* { box-sizing: border-box }
body { display: grid; min-height: 100dvh; margin: 0; padding: 16px; place-items: center; background: var(--bg);
  color: var(--text); font: 13px/1.5 'Inter Variable', Inter, system-ui, sans-serif }
main { width: min(100%, 400px); padding: 24px; border: 1px solid var(--line); border-radius: 6px;
  background: var(--raised); overflow-wrap: anywhere }
main:has(pre) { width: min(100%, 640px) }
svg { display: block; width: 32px; height: 32px; margin-bottom: 16px }
h1 { margin: 0 0 8px; font-size: 20px; font-weight: 600 }
p { margin: 0 0 12px }
p:last-child, form { margin-bottom: 0 }
.dim { color: var(--dim) }
.bad { color: var(--bad) }
code, pre, input { font-family: ui-monospace, monospace; font-size: 12px }
pre { padding: 12px; border-radius: 6px; background: var(--sunken); white-space: pre-wrap }
label { display: block; margin-bottom: 4px; font-weight: 600 }
input { width: 100%; height: 32px; padding: 0 8px; border: 1px solid var(--control); border-radius: 6px;
  background: var(--bg); color: inherit }
button { height: 32px; margin-top: 12px; padding: 0 16px; border: 0; border-radius: 6px; background: var(--accent);
  color: #1c1a18; font: inherit; font-weight: 600 }
details { margin-top: 16px }
summary { color: var(--dim) }
details p { margin: 8px 0 0 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`

/** What a Content-Security-Policy names it by: nothing else that stands in a page counts as style. */
export const PLAIN_STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

/** The same as renderer/public/icon.svg, which those who are not signed in cannot load. */
const ICON = `<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#1c1a18"/><path d="M8 7v18" stroke="#f2a33c" stroke-width="4"/><path d="M13 7v18" stroke="#f2a33c" stroke-width="1.6"/><path d="M26 8v16l-9-8z" fill="#f2a33c"/></svg>`

/** @param body HTML; texts that are not ours go through `escapeHtml` */
export function plainPage(title: string, body: string, language = 'en'): string {
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
<main>
${ICON}
<h1>${title}</h1>
${body}
</main>
</html>
`
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

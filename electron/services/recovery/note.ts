import { quoted } from '#shared/errors.ts'

/** Named in a note; the rest is counted. */
const SHOWN = 3

/** For people: `2 images put back into the history: "a", "b"`; nothing if there are none. */
export function note(names: readonly string[], what: string, say: string): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, SHOWN).map(quoted).join(', ')
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  return [`${names.length} ${what}${names.length === 1 ? '' : 's'} ${say}: ${shown}${more}`]
}

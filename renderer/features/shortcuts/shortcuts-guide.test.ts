// @vitest-environment happy-dom
/** The guide's table of shortcuts is that of the registry. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SHORTCUT_IDS, SHORTCUTS, type ShortcutEntry } from '#renderer/state/shortcut-registry.ts'
import { shownKeys } from '#renderer/ui/keys.ts'

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/shortcuts.md'), 'utf8')

test('each shortcut is in it, with its keys', () => {
  const rows = guide
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const told = rows.map(([, label, keys]) => `${label}: ${keys}`)
  for (const id of SHORTCUT_IDS) {
    const { keys, label }: ShortcutEntry = SHORTCUTS[id]
    const shown = keys.map((each) => `\`${shownKeys(each).join(' ')}\``).join(' or ')
    expect(told).toContain(`${label()}: ${shown}`)
  }
})

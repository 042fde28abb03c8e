/** Undoing a change of a list whose entries are replaced when they change: what was done since then stays. */

interface Entry {
  readonly id: number
}

/**
 * @param before the list, and `after` what became of it: entries were added, or taken away
 * @returns makes of the list, as it is later, one without the change; what was added and then changed stays
 */
export function undoChange<E extends Entry>(before: readonly E[], after: readonly E[]): (now: readonly E[]) => E[] {
  const added = new Set(after).difference(new Set(before))
  const left = new Set(after.map(({ id }) => id))
  const gone = before.filter(({ id }) => !left.has(id))
  return (now) => {
    const entries = now.filter((entry) => !added.has(entry))
    for (const entry of gone) entries.splice(before.indexOf(entry), 0, entry)
    return entries
  }
}

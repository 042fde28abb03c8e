/** The grid in lines of one height: a row has one for each way to read its prompt, and one in any case. */
import type { PromptRow } from '#renderer/state/batch-draft.svelte.ts'
import type { PlannedLine, PlannedRow } from './plan.ts'

export interface GridLine {
  readonly key: string
  readonly row: PromptRow
  readonly planned: PlannedRow
  readonly rowIndex: number
  /** 0: the one with the prompt. */
  readonly lineIndex: number
  /** Absent: there is nothing to make. */
  readonly line: PlannedLine | undefined
}

export function gridLines(rows: readonly PromptRow[], planned: readonly PlannedRow[]): GridLine[] {
  return rows.flatMap((row, rowIndex) => {
    const of = planned[rowIndex]
    const count = Math.max(1, of.lines.length)
    return Array.from({ length: count }, (_, lineIndex) => ({
      ...{ key: `${row.id}:${lineIndex}`, row, planned: of, rowIndex, lineIndex },
      line: of.lines.at(lineIndex),
    }))
  })
}

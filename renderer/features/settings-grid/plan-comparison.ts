/** A comparison before it runs: one image for each combination of the values of its axes, all else being equal. */
import { expandPrompt } from '#renderer/features/batch/prompt/expand-prompt.ts'
import { imageKey, readSeed, type PlannedImage } from '#renderer/features/batch/plan.ts'
import { settingsKey } from '#renderer/features/batch/settings-key.ts'
import { readAxis, type AxisContext, type AxisProblem, type AxisSetting, type AxisValue, type Making } from './axes.ts'

/** More than anyone can compare. */
export const MAX_COMPARED_IMAGES = 1_000

export interface Axis {
  /** Undefined: there is no such axis. */
  readonly setting: AxisSetting | undefined
  readonly text: string
}

/** `several-prompts`: choices and lists in the prompt stand for more than one. */
export type ComparisonProblem = 'no-prompt' | 'several-prompts' | 'bad-seed' | 'no-axis' | 'same-setting' | 'too-many'

export interface ComparisonRow {
  readonly label: string
  readonly images: readonly PlannedImage[]
}

export interface ComparisonSheet {
  /** Of the third axis; empty if there is none. */
  readonly label: string
  readonly rows: readonly ComparisonRow[]
}

export interface Comparison {
  readonly columns: readonly string[]
  readonly sheets: readonly ComparisonSheet[]
  readonly imageCount: number
  /** Of columns, rows and sheets: what is wrong with an axis. */
  readonly axisProblems: readonly (AxisProblem | undefined)[]
  /** Then there is nothing to make. */
  readonly problem?: ComparisonProblem
}

const ONE: readonly AxisValue[] = [{ label: '', apply: (making) => making }]

/** @param axes columns, rows and sheets */
export function planComparison(base: Making, axes: readonly Axis[], models: AxisContext['models']): Comparison {
  const readings = axes.map(({ setting, text }) =>
    setting === undefined ? { values: ONE } : readAxis(setting, text, { prompt: base.prompt, models }),
  )
  const axisProblems = readings.map(({ problem }) => problem)
  const [columns = ONE, rows = ONE, sheets = ONE] = readings.map((reading) =>
    reading.problem === undefined ? reading.values : ONE,
  )
  const imageCount = columns.length * rows.length * sheets.length
  const found = { columns: columns.map(({ label }) => label), imageCount, axisProblems }
  const nothing = (problem?: ComparisonProblem): Comparison => ({
    ...found,
    sheets: [],
    ...(problem === undefined ? {} : { problem }),
  })
  if (axisProblems.some((problem) => problem !== undefined)) return nothing()
  const used = axes.map(({ setting }) => setting).filter((setting) => setting !== undefined)
  if (used.length === 0) return nothing('no-axis')
  // several parts of a prompt can be exchanged, nothing else twice
  const once = used.filter((setting) => setting !== 'prompt-part')
  if (new Set(once).size < once.length) return nothing('same-setting')
  if (base.prompt.trim() === '') return nothing('no-prompt')
  if (!used.includes('seed') && readSeed(base.seed) === undefined) return nothing('bad-seed')
  if (imageCount > MAX_COMPARED_IMAGES) return nothing('too-many')
  const planned = sheets.map((sheet) => ({
    label: sheet.label,
    rows: rows.map((row) => ({
      label: row.label,
      images: columns.map((column) => plannedImage(column.apply(row.apply(sheet.apply(base))))),
    })),
  }))
  if (planned.some((sheet) => sheet.rows.some(({ images }) => images.includes(undefined))))
    return nothing('several-prompts')
  return { ...found, sheets: planned as ComparisonSheet[] }
}

/** @returns undefined if its prompt does not stand for exactly one */
function plannedImage({ prompt, ...making }: Making): PlannedImage | undefined {
  const { prompts, total } = expandPrompt(prompt.trim())
  if (total !== 1) return undefined
  const seed = String(readSeed(making.seed) ?? making.seed)
  const setKey = settingsKey(making.modelId, making.settings)
  const image = { ...making, prompt: prompts[0], seed, settingsKey: setKey }
  return { ...image, key: imageKey(image, setKey) }
}

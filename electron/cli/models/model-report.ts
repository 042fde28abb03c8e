/** A model folder's report as a table for people. */
import type { ComponentReport, ModelReport } from '#engine/checkpoints/model-report.ts'
import { fileSize } from '../format.ts'
import { formatTable } from '../table.ts'
import { terminalSafe } from '../terminal-safe.ts'

const MAX_NAME = 60
const UNKNOWN = '?'
const PREDICTION_SOURCES: Record<ModelReport['predictionSource'], string> = {
  config: 'its config',
  setting: 'the file beside it',
  metadata: 'its metadata',
  tensors: 'its weights',
  family: 'its family',
}

export function formatModelReport(report: ModelReport): string {
  const { components, problems } = report
  const facts: [label: string, value: string][] = [
    ['model', name(report.name)],
    ['architecture', `${report.architecture}, ${name(report.pipeline)}`],
    ['image size', `${report.widthPx ?? UNKNOWN} × ${report.heightPx ?? UNKNOWN}`],
    [
      'scheduler',
      `${name(report.scheduler)}, predicts ${name(report.predictionType)} (by ${PREDICTION_SOURCES[report.predictionSource]})`,
    ],
    ['defaults', defaults(report)],
    ['hash', report.hash ?? 'not known while something is missing'],
  ]
  const header = ['component', 'class', 'parameters', 'stored as', 'size', 'files']
  const total = ['total', '', count(sum(components, 'parameterCount')), '', fileSize(sum(components, 'sizeBytes')), '']
  const sections = [formatTable(facts), formatTable([header, ...components.map(componentRow), total])]
  sections.push(
    problems.length === 0
      ? 'Nothing is missing.'
      : ['Missing or wrong:', ...problems.map(({ code, message }) => `  ${terminalSafe(message, 500)} (${code})`)].join(
          '\n',
        ),
  )
  return `${sections.join('\n\n')}\n`
}

function componentRow(component: ComponentReport): string[] {
  const { dtypes, files, parameterCount, sizeBytes } = component
  const shownFiles = files.length > 1 ? `${files.length} files` : name(files[0] ?? null)
  return [
    component.name,
    name(component.className),
    count(parameterCount),
    Object.keys(dtypes).map(name).join(', ') || UNKNOWN,
    fileSize(sizeBytes),
    shownFiles,
  ]
}

function defaults({ defaults: own }: ModelReport): string {
  const given = Object.entries(own).map(([field, value]) => `${field} ${value}`)
  return given.length === 0 ? "none of its own; diffusers' are taken" : given.join(', ')
}

function name(text: string | null): string {
  return text === null ? UNKNOWN : terminalSafe(text, MAX_NAME)
}

function sum(components: readonly ComponentReport[], field: 'parameterCount' | 'sizeBytes'): number {
  return components.reduce((total, component) => total + component[field], 0)
}

function count(parameters: number): string {
  if (parameters >= 1e6) return `${(parameters / 1e6).toFixed(1)} M`
  return parameters >= 1e3 ? `${(parameters / 1e3).toFixed(1)} k` : String(parameters)
}

/** What a list of models says about one, out of the report on it. */
import type { ModelSummary } from '#shared/model-summary.ts'
import type { ModelReport } from './model-report.ts'

export function summarize(report: ModelReport): ModelSummary {
  const { name, architecture, hash, components, problems, requestDefaults, sizeMultiplePx, takesPrompt, memory } =
    report
  return {
    name,
    architecture,
    hash,
    sizeBytes: components.reduce((sum, component) => sum + component.sizeBytes, 0),
    problems: [...problems],
    components: components.map(({ name: part, className, parameterCount, sizeBytes, dtypes }) => ({
      part,
      className,
      parameterCount,
      sizeBytes,
      dtypes: Object.entries(dtypes)
        .sort(([, a], [, b]) => b.sizeBytes - a.sizeBytes)
        .map(([dtype]) => dtype),
    })),
    defaults: requestDefaults,
    sizeMultiplePx,
    takesPrompt,
    memory: problems.length === 0 ? memory : null,
  }
}

/** What a list of models says about one, out of the report on it. */
import type { ModelPart, ModelSummary } from '#shared/model-summary.ts'
import type { ModelReport } from './inspect.ts'
import type { WeightComponentName } from './model-folder.ts'

const PARTS: Record<WeightComponentName, ModelPart> = { text_encoder: 'text-encoder', unet: 'unet', vae: 'vae' }

export function summarize(report: ModelReport): ModelSummary {
  const { name, architecture, hash, components, problems, requestDefaults, sizeMultiplePx, memory } = report
  return {
    name,
    architecture,
    hash,
    sizeBytes: components.reduce((sum, component) => sum + component.sizeBytes, 0),
    problems: [...problems],
    components: components.map(({ name: component, className, parameterCount, sizeBytes, dtypes }) => ({
      part: PARTS[component],
      className,
      parameterCount,
      sizeBytes,
      dtypes: Object.entries(dtypes)
        .sort(([, a], [, b]) => b.sizeBytes - a.sizeBytes)
        .map(([dtype]) => dtype),
    })),
    defaults: requestDefaults,
    sizeMultiplePx,
    memory: problems.length === 0 ? memory : null,
  }
}

/** What a preset holds, in one line. */
import type { PresetSettings } from '#shared/contract/presets.ts'
import * as m from '#renderer/paraglide/messages.js'
import { formatNumber } from '#renderer/text/numbers.ts'

export function presetSummary(settings: PresetSettings, modelName: string | undefined): string {
  const { prompt, widthPx, heightPx, numInferenceSteps, guidanceScale, scheduler, imagesPerPrompt, seed } = settings
  const parts = [
    modelName,
    prompt,
    widthPx !== undefined && heightPx !== undefined ? `${widthPx} × ${heightPx}` : undefined,
    scheduler,
    numInferenceSteps === undefined ? undefined : m.settings_preset_steps({ count: numInferenceSteps }),
    guidanceScale === undefined ? undefined : m.settings_preset_guidance({ value: formatNumber(guidanceScale) }),
    imagesPerPrompt === undefined ? undefined : m.settings_preset_images({ count: imagesPerPrompt }),
    seed === undefined ? undefined : m.settings_preset_seed({ seed: seed.toString() }),
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? m.settings_preset_nothing() : parts.join(' · ')
}

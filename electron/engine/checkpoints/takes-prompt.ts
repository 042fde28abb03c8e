/** Whether a model is told what to draw, without looking further than its model_index.json. */
import { architectureOfIndex } from '#engine/architectures/registry.ts'
import { readModelIndex } from './folder-json.ts'

/** @returns true also where that cannot be told: opening the model says what is wrong with it */
export async function takesPrompt(modelDir: string): Promise<boolean> {
  try {
    return architectureOfIndex(await readModelIndex(modelDir)).tokenizers.length > 0
  } catch {
    return true
  }
}

/** What is not as it was when an image was made. */
import { quoted } from '#shared/errors.ts'
import { ImageSettingsSchema, type ImageSettings } from '#shared/generation.ts'

type Field = keyof ImageSettings

/** What people call them; a request repeats all others, so that they should never differ. */
const NAMES: Partial<Record<Field, string>> = {
  modelHash: 'model hash',
  engineVersion: 'engine version',
  runtimeVersion: 'version of ONNX Runtime',
}

/**
 * One phrase for each field: `engine version "0.1.0" then, "0.2.0" now`. Threads are not among them, they change no
 * pixel; neither is the model's name, the same files may lie in a folder of another name. The kind of processor has a
 * sentence of its own.
 */
export function settingsDifference(then: ImageSettings, now: ImageSettings): string[] {
  return (Object.keys(ImageSettingsSchema.shape) as Field[])
    .filter((field) => field !== 'modelName' && field !== 'processor' && shown(then[field]) !== shown(now[field]))
    .map((field) => `${NAMES[field] ?? field} ${shown(then[field])} then, ${shown(now[field])} now`)
}

function shown(value: ImageSettings[Field]): string {
  return value === undefined ? 'none' : quoted(typeof value === 'object' ? JSON.stringify(value) : value.toString())
}

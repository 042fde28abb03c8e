/**
 * Which files of a diffusers repository make a model: what model_index.json names, weights as safetensors and once.
 * Repositories hold the same weights up to six times (.bin, .safetensors, .onnx, with and without EMA, half and full
 * precision). Names as diffusers makes them (utils/hub_utils.py, _add_variant; pipeline_loading_utils.py).
 */
import { AppError, quoted } from '#shared/errors.ts'

/** Weights that are not taken: pickles, and what other frameworks read. */
const OTHER_WEIGHTS = /\.(bin|ckpt|pt|pth|msgpack|h5|onnx|onnx_data|pb|ot|gguf|tflite)$/i
/** `name[.variant][-00001-of-00002][.variant].safetensors`, and the index of the parts. */
const WEIGHTS = /^(?<stem>[^.]+?)(?:\.(?<before>\w+))?(?:-\d{5}-of-\d{5})?(?:\.(?<after>\w+))?\.safetensors$/
const WEIGHTS_INDEX = /^[^.]+\.safetensors\.index(?:\.(?<variant>\w+))?\.json$/
const CONFIGS = /\.(json|txt|model|jinja)$/i
const AT_ROOT = /^(model_index\.json|reprise\.json|licen[cs]e[^/]*)$/i

export interface ChosenFiles<File> {
  /** model_index.json comes last: before it is there, nothing takes the folder for a model. */
  readonly files: File[]
  /** All there are, but the unnamed one. */
  readonly variants: string[]
}

/** @throws {AppError} `download-refused` if a component has no weights that are safe to read */
export function chooseFiles<File extends { path: string }>(
  all: readonly File[],
  modelIndex: Record<string, unknown>,
  variant = '',
): ChosenFiles<File> {
  const chosen: File[] = all.filter(({ path }) => AT_ROOT.test(path) && path !== 'model_index.json')
  const variants = new Set<string>()
  for (const component of componentsOf(modelIndex)) {
    const files = all.filter(
      ({ path }) => path.startsWith(`${component}/`) && path.lastIndexOf('/') === component.length,
    )
    const nameOf = ({ path }: File): string => path.slice(component.length + 1)
    const weights = files.filter((file) => WEIGHTS.test(nameOf(file)))
    const own = new Set(weights.map((file) => variantOf(nameOf(file))))
    for (const name of own) if (name !== '') variants.add(name)
    // one that has it only in another precision is taken in that
    const wanted = [variant, '', 'fp16', ...own].find((name) => own.has(name))
    if (wanted === undefined && files.some((file) => OTHER_WEIGHTS.test(nameOf(file)))) throw noSafetensors(component)
    chosen.push(
      ...files.filter((file) => {
        const name = nameOf(file)
        if (WEIGHTS.test(name)) return variantOf(name) === wanted
        const index = WEIGHTS_INDEX.exec(name)
        if (index) return (index.groups?.variant ?? '') === wanted
        return CONFIGS.test(name) && !/\.(bin|msgpack|h5)\.index\.(\w+\.)?json$/.test(name)
      }),
    )
  }
  if (variant !== '' && !variants.has(variant)) {
    const known = variants.size === 0 ? 'it has none' : `it has ${[...variants].sort().join(', ')}`
    throw new AppError('invalid-argument', `the repository has no variant ${quoted(variant)}: ${known}`)
  }
  chosen.push(...all.filter(({ path }) => path === 'model_index.json'))
  return { files: chosen, variants: [...variants].sort() }
}

/** `"unet": ["diffusers", "UNet2DConditionModel"]`; one that is [null, null] is left out on purpose. */
function componentsOf(modelIndex: Record<string, unknown>): string[] {
  return Object.entries(modelIndex)
    .filter(([name, value]) => /^[a-z0-9_]+$/i.test(name) && Array.isArray(value) && typeof value[1] === 'string')
    .map(([name]) => name)
}

function variantOf(name: string): string {
  const groups = WEIGHTS.exec(name)?.groups as Partial<Record<string, string>> | undefined
  return groups?.before ?? groups?.after ?? ''
}

function noSafetensors(component: string): AppError {
  return new AppError(
    'download-refused',
    `the repository has the weights of ${quoted(component)} only in formats that can hold programs, or that Reprise does not read: look for one with .safetensors files`,
    { data: { component } },
  )
}

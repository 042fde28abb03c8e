/** The families that can be run. A new one is a name in shared/names.ts, a declaration, and a line here. */
import { AppError, quoted } from '#shared/errors.ts'
import type { ArchitectureName } from '#shared/names.ts'
import type { Architecture } from './architecture.ts'
import { STABLE_DIFFUSION_XL_REFINER } from './stable-diffusion-xl-refiner.ts'
import { STABLE_DIFFUSION_XL } from './stable-diffusion-xl.ts'
import { STABLE_DIFFUSION } from './stable-diffusion.ts'
import { UNCONDITIONAL } from './unconditional.ts'

const ARCHITECTURE_OF: Record<ArchitectureName, Architecture> = {
  'stable-diffusion': STABLE_DIFFUSION,
  'stable-diffusion-xl': STABLE_DIFFUSION_XL,
  'stable-diffusion-xl-refiner': STABLE_DIFFUSION_XL_REFINER,
  unconditional: UNCONDITIONAL,
}

const ALL = Object.values(ARCHITECTURE_OF)

/**
 * The family of a folder in diffusers' layout. A refiner names the same pipeline as any SDXL model that begins with an
 * image, and has no first text encoder.
 *
 * @param index model_index.json
 * @throws {AppError} `architecture-unsupported` naming the pipeline
 */
export function architectureOfIndex(index: Readonly<Record<string, unknown>>): Architecture {
  const pipeline = index._class_name
  const candidates = ALL.filter(({ pipelines }) => (pipelines as readonly unknown[]).includes(pipeline))
  const found = candidates.find(({ components }) => isWhole(index, Object.keys(components))) ?? candidates.at(0)
  if (found !== undefined) return found
  const name = classNameText(pipeline)
  const supported = [...new Set(ALL.flatMap(({ pipelines }) => pipelines))]
  throw new AppError(
    'architecture-unsupported',
    `the model is for ${quoted(name)}; supported: ${supported.join(', ')}`,
    { data: { found: name, supported } },
  )
}

/** Custom code has a list: its file and its class. */
export function classNameText(name: unknown): string {
  if (Array.isArray(name)) return name.filter((part) => typeof part === 'string').join(', ') || 'unnamed'
  return typeof name === 'string' ? name : 'unnamed'
}

/** Whether the index lists exactly these of the parts that tell families apart; an index may list none at all. */
function isWhole(index: Readonly<Record<string, unknown>>, components: readonly string[]): boolean {
  return ['text_encoder', 'text_encoder_2'].every((name) => isListed(index[name]) === components.includes(name))
}

/** An absent part is listed as [null, null]. */
function isListed(entry: unknown): boolean {
  return Array.isArray(entry) && entry[1] !== null
}

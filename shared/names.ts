/**
 * The closed registries of names that people type, that history stores and that panels list.
 * A name here needs its implementation: the Record types over these unions make the compiler ask for it.
 */

/** Schedulers (samplers). Each has a file in electron/engine/schedulers and a case in test/oracles/schedulers.py. */
export const SCHEDULERS = ['ddim', 'pndm', 'euler', 'euler_a', 'dpmpp_2m'] as const
export type SchedulerName = (typeof SCHEDULERS)[number]

/** Noise level spacings a scheduler can be asked for. `default` keeps what the model's config says. */
export const SIGMA_SCHEDULES = ['default', 'karras'] as const
export type SigmaSchedule = (typeof SIGMA_SCHEDULES)[number]

/**
 * How an input image is brought to the size asked for.
 * stretch: each axis by itself; crop: cover, then cut the overhang evenly; fill: fit inside, then extend the edges.
 */
export const RESIZE_MODES = ['stretch', 'crop', 'fill'] as const
export type ResizeMode = (typeof RESIZE_MODES)[number]

/**
 * What stands for a negative prompt that is empty. `encoded`: the empty text, as any other; `zeros`: nothing at all, as
 * SDXL models were trained with.
 */
export const EMPTY_NEGATIVES = ['encoded', 'zeros'] as const
export type EmptyNegative = (typeof EMPTY_NEGATIVES)[number]

export const GENERATION_KINDS = ['text-to-image', 'image-to-image'] as const

const OTHER_PROGRAMS = [
  'a1111',
  'forge',
  'sdnext',
  'stable-diffusion.cpp',
  'krita',
  'comfyui',
  'invokeai',
  'swarmui',
  'fooocus',
  'stabilitymatrix',
] as const

/** As they write themselves. */
export const PROGRAM_NAMES: Record<(typeof OTHER_PROGRAMS)[number], string> = {
  a1111: 'AUTOMATIC1111',
  forge: 'Forge',
  sdnext: 'SD.Next',
  'stable-diffusion.cpp': 'stable-diffusion.cpp',
  krita: 'Krita AI Diffusion',
  comfyui: 'ComfyUI',
  invokeai: 'InvokeAI',
  swarmui: 'SwarmUI',
  fooocus: 'Fooocus',
  stabilitymatrix: 'Stability Matrix',
}

/** Who wrote the settings in a file, as they tell themselves; `unknown`: nothing in the file was recognised. */
export const SETTINGS_SOURCES = ['reprise', ...OTHER_PROGRAMS, 'unknown'] as const
export type SettingsSource = (typeof SETTINGS_SOURCES)[number]

/**
 * Whose an image of the history is that cannot be made again here. `reprise-copy`: its settings are ours, its pixels are
 * not those that were made: it was exported as JPEG, made larger or painted on since.
 */
export const FOREIGN_ORIGINS = [...OTHER_PROGRAMS, 'reprise-copy', 'unknown'] as const

/** Whose an image of the history is. `reprise`: every setting and every pixel is as it was made. */
export const IMAGE_ORIGINS = ['reprise', ...FOREIGN_ORIGINS] as const

/** The parts of a model that have weights, as diffusers names their folders. */
export const MODEL_COMPONENTS = ['text_encoder', 'text_encoder_2', 'unet', 'vae'] as const
export type ModelComponentName = (typeof MODEL_COMPONENTS)[number]

/** Families of models; each has a declaration in electron/engine/architectures. */
export const ARCHITECTURES = [
  'stable-diffusion',
  'stable-diffusion-xl',
  'stable-diffusion-xl-refiner',
  'unconditional',
] as const
export type ArchitectureName = (typeof ARCHITECTURES)[number]

/** What computes images, as ONNX Runtime names it: its native kernels, or its WebAssembly build. */
export const PROVIDERS = ['cpu', 'wasm'] as const
export type Provider = (typeof PROVIDERS)[number]

/**
 * `native`: as fast as the processor can, with bits that may differ on another kind of processor. `portable`: the same
 * bits on every processor, several times as slow.
 */
export const ARITHMETICS = ['native', 'portable'] as const
export type Arithmetic = (typeof ARITHMETICS)[number]
/** What arithmetic a provider has. */
export const PROVIDER_OF: Record<Arithmetic, Provider> = { native: 'cpu', portable: 'wasm' }

/** The numbers that images are computed in. */
export const PRECISIONS = ['float32'] as const
export type Precision = (typeof PRECISIONS)[number]

/** The instruction sets that ONNX Runtime's kernels are chosen by: another one may give other bits. */
export const PROCESSOR_KINDS = ['avx512', 'avx2', 'avx', 'sse', 'neon'] as const
export type ProcessorKind = (typeof PROCESSOR_KINDS)[number]

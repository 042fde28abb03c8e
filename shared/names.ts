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

export const GENERATION_KINDS = ['text-to-image', 'image-to-image'] as const

/**
 * scheduler_config.json, one schema per scheduler class with the defaults of its diffusers constructor.
 *
 * Field names stay as in the file. Unknown fields are dropped, as diffusers drops them. A value that diffusers knows
 * and Reprise does not is not in the schema's closed set, and is refused by name in parseSchedulerConfig: to run with
 * another value than the model's would make other images in silence.
 */
import { z } from 'zod'
import { AppError, quoted } from '#shared/errors.ts'
import type { SchedulerName } from '#shared/names.ts'
import { TIMESTEP_SPACINGS } from './timesteps.ts'

export type RawConfig = Readonly<Record<string, unknown>>

/** What every class's config has. */
export interface TrainingLengthConfig {
  readonly num_train_timesteps: number
}

/** A file may ask for any number; memory and time grow with it. */
const MAX_TRAIN_TIMESTEPS = 10_000

const flag = (initial: boolean) =>
  z
    .boolean()
    .nullable()
    .default(initial)
    .transform((value) => value ?? false)
/** A feature that is not implemented: only "off" passes. */
const off = z.union([z.literal(false), z.null()]).default(false)

const common = {
  num_train_timesteps: z.int().min(1).max(MAX_TRAIN_TIMESTEPS).default(1000),
  // a variance's share: outside of these the schedule is not a number
  beta_start: z.number().min(0).lt(1).default(0.0001),
  beta_end: z.number().min(0).lt(1).default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
  trained_betas: z.array(z.number().min(0).max(1)).max(MAX_TRAIN_TIMESTEPS).nullable().default(null),
  steps_offset: z.int().min(0).default(0),
}
const spacing = z.enum(TIMESTEP_SPACINGS)
const prediction = z.enum(['epsilon', 'v_prediction', 'sample']).default('epsilon')
const finalSigmas = z.enum(['zero', 'sigma_min']).default('zero')

/** The fields of one class, and what no class accepts. */
function closed<Shape extends typeof common & z.ZodRawShape>(shape: Shape) {
  return z
    .object(shape)
    .refine(hasBetasForAllTimesteps, {
      path: ['trained_betas'],
      message: 'expected one beta for each of num_train_timesteps',
    })
    .refine(hasOneSigmaSpacing, {
      path: ['use_karras_sigmas'],
      message: 'expected at most one of use_karras_sigmas and use_exponential_sigmas',
    })
}

function hasBetasForAllTimesteps(config: object): boolean {
  const { trained_betas: betas, num_train_timesteps: count } = config as z.infer<z.ZodObject<typeof common>>
  return betas === null || betas.length === count
}

function hasOneSigmaSpacing(config: object): boolean {
  const { use_karras_sigmas: karras, use_exponential_sigmas: exponential } = config as Partial<EulerConfig>
  return !(karras && exponential)
}

const DdimConfigSchema = closed({
  ...common,
  prediction_type: prediction,
  timestep_spacing: spacing.default('leading'),
  clip_sample: flag(true),
  clip_sample_range: z.number().default(1),
  set_alpha_to_one: flag(true),
  rescale_betas_zero_snr: flag(false),
  thresholding: off,
})
export type DdimConfig = z.infer<typeof DdimConfigSchema>

const PndmConfigSchema = closed({
  ...common,
  prediction_type: z.enum(['epsilon', 'v_prediction']).default('epsilon'),
  timestep_spacing: spacing.default('leading'),
  set_alpha_to_one: flag(false),
  skip_prk_steps: flag(false),
})
export type PndmConfig = z.infer<typeof PndmConfigSchema>

const EulerConfigSchema = closed({
  ...common,
  prediction_type: z.enum(['epsilon', 'v_prediction', 'sample', 'original_sample']).default('epsilon'),
  timestep_spacing: spacing.default('linspace'),
  timestep_type: z.enum(['discrete', 'continuous']).default('discrete'),
  interpolation_type: z.enum(['linear', 'log_linear']).default('linear'),
  use_karras_sigmas: flag(false),
  use_exponential_sigmas: flag(false),
  use_beta_sigmas: off,
  sigma_min: z.number().positive().nullable().default(null),
  sigma_max: z.number().positive().nullable().default(null),
  rescale_betas_zero_snr: flag(false),
  final_sigmas_type: finalSigmas,
})
export type EulerConfig = z.infer<typeof EulerConfigSchema>

const EulerAncestralConfigSchema = closed({
  ...common,
  prediction_type: z.enum(['epsilon', 'v_prediction']).default('epsilon'),
  timestep_spacing: spacing.default('linspace'),
  rescale_betas_zero_snr: flag(false),
})
export type EulerAncestralConfig = z.infer<typeof EulerAncestralConfigSchema>

const DpmSolverConfigSchema = closed({
  ...common,
  prediction_type: prediction,
  timestep_spacing: spacing.default('linspace'),
  solver_order: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(2),
  algorithm_type: z.enum(['dpmsolver++']).default('dpmsolver++'),
  // diffusers takes the solver types of related schedulers for midpoint
  solver_type: z
    .enum(['midpoint', 'heun', 'logrho', 'bh1', 'bh2'])
    .default('midpoint')
    .transform((type) => (type === 'heun' ? 'heun' : 'midpoint')),
  lower_order_final: flag(true),
  euler_at_final: flag(false),
  use_karras_sigmas: flag(false),
  use_exponential_sigmas: flag(false),
  use_lu_lambdas: flag(false),
  use_beta_sigmas: off,
  use_flow_sigmas: off,
  use_dynamic_shifting: off,
  thresholding: off,
  variance_type: z.null().default(null),
  final_sigmas_type: finalSigmas,
  /** JSON has no −Infinity; diffusers writes its default as a bare -Infinity, which some readers turn into a string. */
  lambda_min_clipped: z
    .union([z.number(), z.literal(-Infinity), z.literal('-Infinity'), z.null()])
    .default(-Infinity)
    .transform((value) => (typeof value === 'number' ? value : -Infinity)),
  rescale_betas_zero_snr: flag(false),
})
export type DpmSolverConfig = z.infer<typeof DpmSolverConfigSchema>

export const CONFIG_SCHEMAS = {
  ddim: DdimConfigSchema,
  pndm: PndmConfigSchema,
  euler: EulerConfigSchema,
  euler_a: EulerAncestralConfigSchema,
  dpmpp_2m: DpmSolverConfigSchema,
} as const satisfies Record<SchedulerName, z.ZodType>

/**
 * The config with every default filled in.
 *
 * @param className diffusers' class, for messages
 * @throws {AppError} `architecture-unsupported` for a value outside the implemented ones, naming scheduler, field and
 *   value; `model-config-invalid` for one that no diffusers config can hold
 */
export function parseSchedulerConfig<Schema extends z.ZodType>(
  schema: Schema,
  className: string,
  config: RawConfig,
): z.infer<Schema> {
  const parsed = schema.safeParse(config)
  if (!parsed.success) throw configError(className, config, parsed.error.issues[0])
  return parsed.data
}

function configError(className: string, config: RawConfig, issue: z.core.$ZodIssue): AppError {
  const field = String(issue.path[0] ?? '')
  const value = config[field]
  const shown = typeof value === 'string' ? quoted(value) : quoted(JSON.stringify(value))
  const data = { scheduler: className, field }
  const isChoice = issue.code === 'invalid_value' || issue.code === 'invalid_union'
  if (isChoice || (field === 'variance_type' && value !== undefined)) {
    return new AppError(
      'architecture-unsupported',
      `${className} with ${field} ${shown} is not supported (${issue.message}); choose another scheduler`,
      { data },
    )
  }
  return new AppError(
    'model-config-invalid',
    `scheduler_config.json: ${className} cannot have ${field} ${shown} (${issue.message})`,
    { data },
  )
}

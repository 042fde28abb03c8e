/**
 * From a model's scheduler_config.json to a scheduler: its own, or another one that takes over its settings.
 *
 * Must match diffusers' ConfigMixin.from_config and what StableDiffusionPipeline does to the config of the model it
 * is given; oracle: test/oracles/schedulers.py.
 */
import type { z } from 'zod'
import { AppError, quoted } from '#shared/errors.ts'
import { SCHEDULERS } from '#shared/names.ts'
import type { SchedulerName, SigmaSchedule } from '#shared/names.ts'
import { DdimScheduler } from './ddim.ts'
import { DpmSolverMultistepScheduler } from './dpmpp-2m.ts'
import { EulerAncestralScheduler } from './euler-ancestral.ts'
import { EulerScheduler } from './euler.ts'
import { PndmScheduler } from './pndm.ts'
import { CONFIG_SCHEMAS, parseSchedulerConfig } from './scheduler-config.ts'
import type { RawConfig, TrainingLengthConfig } from './scheduler-config.ts'
import type { Scheduler } from './scheduler.ts'

interface SchedulerKind {
  /** diffusers' class, as in `_class_name`. */
  readonly className: string
  /** Whether the class knows use_karras_sigmas. */
  readonly takesKarras: boolean
  readonly create: (config: RawConfig, numInferenceSteps: number, beginIndex: number) => Scheduler
}

const KINDS: Record<SchedulerName, SchedulerKind> = {
  ddim: kind('DDIMScheduler', CONFIG_SCHEMAS.ddim, DdimScheduler),
  pndm: kind('PNDMScheduler', CONFIG_SCHEMAS.pndm, PndmScheduler),
  euler: kind('EulerDiscreteScheduler', CONFIG_SCHEMAS.euler, EulerScheduler),
  euler_a: kind('EulerAncestralDiscreteScheduler', CONFIG_SCHEMAS.euler_a, EulerAncestralScheduler),
  dpmpp_2m: kind('DPMSolverMultistepScheduler', CONFIG_SCHEMAS.dpmpp_2m, DpmSolverMultistepScheduler),
}

export interface SchedulerOptions {
  /** Another scheduler than the model's own. */
  readonly name?: SchedulerName
  /** The model's scheduler_config.json, parsed. */
  readonly config: unknown
  readonly numInferenceSteps: number
  readonly sigmas?: SigmaSchedule
  /** Image-to-image: the steps before it are left out; see imageToImageBeginIndex. */
  readonly beginIndex?: number
  /**
   * Read the config as StableDiffusionPipeline does (default): the model's own `steps_offset` is taken for 1 and its
   * `clip_sample` for false, whatever they are. False: as the bare scheduler class does.
   */
  readonly asInPipeline?: boolean
}

/**
 * A scheduler ready for its first step.
 *
 * @throws {AppError}
 *   `architecture-unsupported` for a scheduler class or a config value that is not implemented;
 *   `model-config-invalid` for a config that diffusers could not run either;
 *   `steps-out-of-range`;
 *   `invalid-argument` for Karras sigmas with a scheduler that has none, or a begin index outside the steps
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { numInferenceSteps, beginIndex = 0, sigmas = 'default', asInPipeline = true } = options
  const own = schedulerNameOf(options.config)
  const name = options.name ?? own
  const { takesKarras, create } = KINDS[name]
  let config = options.config as RawConfig
  const addsKarras = sigmas === 'karras' && config.use_karras_sigmas !== true
  if (sigmas === 'karras' && !takesKarras) throw karrasRefused(name)
  if (asInPipeline) config = correctedByPipeline(config, name === own && !addsKarras)
  if (addsKarras) config = { ...config, use_karras_sigmas: true }
  const scheduler = create(config, numInferenceSteps, beginIndex)
  if (Number.isSafeInteger(beginIndex) && beginIndex >= 0 && scheduler.timesteps.length > 0) return scheduler
  throw new AppError('invalid-argument', `beginIndex ${beginIndex} is outside the ${numInferenceSteps} steps`, {
    data: { beginIndex, numInferenceSteps },
  })
}

/**
 * The scheduler a model was made for, by the `_class_name` of its scheduler_config.json.
 *
 * @throws {AppError} `model-config-invalid` if there is none; `architecture-unsupported` if it is another class
 */
export function schedulerNameOf(config: unknown): SchedulerName {
  const className = typeof config === 'object' && config !== null ? (config as RawConfig)._class_name : undefined
  if (typeof className !== 'string') {
    throw new AppError('model-config-invalid', 'scheduler_config.json must be an object with a string _class_name')
  }
  const name = SCHEDULERS.find((one) => KINDS[one].className === className)
  if (name !== undefined) return name
  const supported = SCHEDULERS.map((one) => KINDS[one].className)
  throw new AppError(
    'architecture-unsupported',
    `the model's scheduler ${quoted(className)} is not supported; supported are ${supported.join(', ')}`,
    { data: { scheduler: className, supported } },
  )
}

function kind<Shape extends z.ZodRawShape>(
  className: string,
  schema: z.ZodObject<Shape>,
  Class: new (config: z.infer<z.ZodObject<Shape>>, numInferenceSteps: number, beginIndex: number) => Scheduler,
): SchedulerKind {
  return {
    className,
    takesKarras: 'use_karras_sigmas' in schema.shape,
    create: (raw, numInferenceSteps, beginIndex) => {
      const config = parseSchedulerConfig(schema, className, raw)
      requireSteps(numInferenceSteps, (config as TrainingLengthConfig).num_train_timesteps)
      return new Class(config, numInferenceSteps, beginIndex)
    },
  }
}

function requireSteps(found: number, most: number): void {
  if (Number.isInteger(found) && found >= 1 && found <= most) return
  throw new AppError('steps-out-of-range', `this model takes 1 to ${most} inference steps; got ${found}`, {
    data: { numInferenceSteps: found, min: 1, max: most },
  })
}

/**
 * The pipeline rewrites the live config of the model's scheduler. from_config, which makes another scheduler of it,
 * drops fields that were not in the file, so that there the rewriting shows only in those that were.
 */
function correctedByPipeline(config: RawConfig, isOwn: boolean): RawConfig {
  const corrected: Record<string, unknown> = { ...config }
  if (isOwn || config.steps_offset !== undefined) corrected.steps_offset = 1
  if (isOwn || config.clip_sample === true) corrected.clip_sample = false
  return corrected
}

function karrasRefused(name: SchedulerName): AppError {
  const taking = SCHEDULERS.filter((one) => KINDS[one].takesKarras)
  return new AppError(
    'invalid-argument',
    `the scheduler ${name} has no Karras sigmas; the schedulers that have them are ${taking.join(', ')}`,
    { data: { scheduler: name, taking } },
  )
}

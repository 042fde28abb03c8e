/** Reads a component's config.json: fields with diffusers' defaults, and a clear no to what is not supported. */
import { z } from 'zod'
import { AppError, quoted } from '#shared/errors.ts'

/**
 * @param component folder name, for messages
 * @throws {AppError} `model-config-invalid` naming the field
 */
export function parseConfig<T extends z.ZodType>(component: string, schema: T, config: unknown): z.infer<T> {
  const parsed = schema.safeParse(config)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new AppError(
    'model-config-invalid',
    `${component}/config.json: field ${quoted(issue.path.join('.'))} is not usable: ${issue.message}`,
    { data: { component, field: issue.path.join('.') } },
  )
}

/**
 * Refuses fields that change the network in a way the builder does not build.
 * @param neutral field → the values under which it changes nothing (null and absent always count)
 * @throws {AppError} `architecture-unsupported` naming field and value
 */
export function requireNeutral(
  component: string,
  config: Readonly<Record<string, unknown>>,
  neutral: Readonly<Record<string, readonly unknown[]>>,
): void {
  for (const [field, values] of Object.entries(neutral)) {
    const value = config[field]
    if (value === undefined || value === null || values.includes(value)) continue
    if (Array.isArray(value) && value.every((item) => item === null || values.includes(item))) continue
    throw unsupported(component, field, value)
  }
}

export function unsupported(component: string, field: string, value: unknown): AppError {
  return new AppError(
    'architecture-unsupported',
    `${component}: ${field} = ${quoted(JSON.stringify(value))} is not supported; Stable Diffusion 1.x and 2.x networks are`,
    { data: { component, field } },
  )
}

/** A per-level setting that is one value for all levels, or one each. */
export function perLevel<T>(component: string, field: string, value: T | readonly T[], levels: number): readonly T[] {
  if (!Array.isArray(value)) return Array<T>(levels).fill(value as T)
  if (value.length === levels) return value as readonly T[]
  throw new AppError(
    'model-config-invalid',
    `${component}/config.json: ${field} has ${value.length} entries for ${levels} levels`,
  )
}

/**
 * The one error type that people and other processes see. The codes are closed: each is listed here, has a
 * heading in docs/errors.md (checked by shared/errors.test.ts), and crosses process borders as a plain object.
 */
import { z } from 'zod'
import { hidePaths, hidePathsIn } from './hide-paths.ts'

/** `usage`: the request itself is wrong (exit code 2). `retryable`: the same request may succeed later. */
interface ErrorKind {
  readonly usage: boolean
  readonly retryable: boolean
}
const usage: ErrorKind = { usage: true, retryable: false }
const fault: ErrorKind = { usage: false, retryable: false }
const passing: ErrorKind = { usage: false, retryable: true }

export const ERROR_CODES = {
  // the request
  'invalid-argument': usage,
  'prompt-missing': usage,
  'prompt-file-invalid': usage,
  'input-count-mismatch': usage,
  'seed-out-of-range': usage,
  'seed-count-mismatch': usage,
  'size-not-divisible': usage,
  'steps-out-of-range': usage,
  'strength-out-of-range': usage,
  'trace-sizes-differ': usage,
  // model folders
  'model-not-found': fault,
  'model-component-missing': fault,
  'model-config-invalid': fault,
  'architecture-unsupported': fault,
  'weights-invalid': fault,
  'tensor-missing': fault,
  'tensor-shape-mismatch': fault,
  'dtype-unsupported': fault,
  'tokenizer-invalid': fault,
  'lora-mismatch': fault,
  // input images
  'image-not-found': fault,
  'image-invalid': fault,
  'image-too-large': fault,
  'image-file-missing': fault,
  // computing
  'not-finite': fault,
  'shape-mismatch': fault,
  'memory-limit-too-small': fault,
  'out-of-memory': passing,
  cancelled: passing,
  // output
  'output-not-writable': fault,
  'disk-full': passing,
  'disk-failed': passing,
  // the studio's data
  'not-found': usage,
  'name-taken': usage,
  'state-conflict': usage,
  'data-folder-busy': passing,
  'database-newer': fault,
  'database-corrupt': fault,
  // downloads
  'download-failed': passing,
  'download-refused': fault,
  'download-invalid': fault,
  // the engine process
  'engine-died': passing,
  'engine-hung': passing,
  'engine-protocol': fault,
  // the web server
  unauthorized: usage,
  'origin-refused': usage,
  'procedure-unknown': usage,
  'request-too-large': usage,
  'too-many-requests': passing,
  'connection-lost': passing,
  internal: fault,
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERROR_CODES

export interface AppErrorOptions {
  /** Machine-readable facts behind the message: names, expected and found values. Paths in them are the owner's, see `toWire`. */
  data?: Record<string, unknown>
  cause?: unknown
}

/** The message says what was expected, what was found, and what to do. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly data: Record<string, unknown>

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = options.data ?? {}
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable
  }

  get isUsage(): boolean {
    return ERROR_CODES[this.code].usage
  }

  /** Of its two texts the public one: names of files without the folders that they lie in. It may leave this machine. */
  toWire(): WireError {
    const data = hidePathsIn(this.data) as Record<string, unknown>
    return { ...this.toPrivateWire(), message: hidePaths(this.message), data }
  }

  /** With whole paths: for this machine's own processes, and for the window of the person at it. */
  toPrivateWire(): WireError {
    return { code: this.code, message: this.message, data: this.data, retryable: this.retryable }
  }

  static fromWire(wire: WireError): AppError {
    return new AppError(wire.code, wire.message, { data: wire.data })
  }

  /** Any thrown value as an AppError; what was not foreseen becomes `internal` and keeps its cause. */
  static from(thrown: unknown): AppError {
    const error = errorIn(thrown)
    if (error instanceof AppError) return error
    const message = error === undefined ? textOf(thrown) : error.message
    return new AppError('internal', `unexpected failure: ${message}`, { cause: thrown })
  }
}

export const ErrorCodeSchema = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])

export const WireErrorSchema = z.object({
  code: ErrorCodeSchema,
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
  retryable: z.boolean(),
})
export type WireError = z.infer<typeof WireErrorSchema>

const MAX_QUOTED = 120

/**
 * A value out of a file or a request, made safe to print: quoted, control characters escaped, cut after
 * 120 characters, so that a hostile file can neither flood nor repaint a terminal.
 *
 * @param value text; anything else, which a file may have in its place, is shown as JSON. It never throws: whoever
 *   reports a fault must not make another
 */
export function quoted(value: unknown): string {
  const text = textOf(value)
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
  return escapeControls(JSON.stringify(shown))
}

/** Asking a proxy what it is may throw. */
function errorIn(thrown: unknown): Error | undefined {
  try {
    return thrown instanceof Error ? thrown : undefined
  } catch {
    return undefined
  }
}

/** Any value as text, whatever `toString` or `toJSON` it has; deep or endless ones as the kind of value they are. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return (typeof value === 'object' ? JSON.stringify(value) : undefined) ?? String(value)
  } catch {
    return `[${typeof value}]`
  }
}

/** Controls, line separators and marks of reading direction as `\uXXXX`: a terminal would act on them. */
export function escapeControls(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

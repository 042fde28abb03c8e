/** Errors as A1111's clients know them: FastAPI's for fields that do not fit, A1111's own form for all others. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { beginErrorReply, fromFastify, type OnInternalError } from '../error-reply.ts'

export interface FieldIssue {
  /** Where it is: "body", then keys and places. */
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
}

/** Fields of a body that do not fit: 422. */
export class FieldsError extends Error {
  readonly issues: readonly FieldIssue[]

  constructor(issues: readonly FieldIssue[]) {
    super(issues.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; '))
    this.issues = issues
  }
}

/** With the status that A1111 gives. */
export class StatusError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A field that asks for what is not here. */
export function notSupported(field: string, what: string): FieldIssue {
  return { loc: ['body', field], msg: `${field} is not supported: ${what}`, type: 'value_error.not_supported' }
}

const SHOWN_ISSUES = 20

/** @param types pydantic's name of what is wrong, by message */
export function fieldsError({ issues }: z.ZodError, types: Readonly<Record<string, string>>): FieldsError {
  return new FieldsError(
    issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => ({
      loc: ['body', ...path.map((key) => (typeof key === 'number' ? key : String(key)))],
      msg: message,
      type: types[message] ?? 'value_error',
    })),
  )
}

export function replyWithA1111Error(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  onInternalError: OnInternalError,
): FastifyReply {
  if (thrown instanceof FieldsError) return reply.status(422).send({ detail: thrown.issues })
  if (thrown instanceof StatusError) return send(reply.status(thrown.status), 'HTTPException', thrown.message)
  const error = fromFastify(thrown, request)
  if (error.code === 'internal') onInternalError(error, `${request.method} ${request.url.split('?', 1)[0]}`)
  const { code, message } = beginErrorReply(error, request, reply)
  return send(reply, code, message)
}

function send(reply: FastifyReply, error: string, message: string): FastifyReply {
  return reply.send({ error, detail: message, body: '', errors: message })
}

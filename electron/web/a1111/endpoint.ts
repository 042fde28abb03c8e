/** One address of the API: what is served, and what /openapi.json says about it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  readonly body?: z.ZodType
  /** With init images, and waited for: one of the few that are taken at once. */
  readonly isHeavy?: boolean
  /** @param body what the schema made of it; @returns what is sent as JSON */
  readonly handle: (body: unknown, request: FastifyRequest, reply: FastifyReply) => unknown
}

export function get(path: string, summary: string, handle: Endpoint['handle']): Endpoint {
  return { method: 'GET', path: `/sdapi/v1/${path}`, summary, handle }
}

export function post<Schema extends z.ZodType>(
  path: string,
  summary: string,
  body: Schema,
  handle: (body: z.output<Schema>, request: FastifyRequest, reply: FastifyReply) => unknown,
): Endpoint {
  return { method: 'POST', path: `/sdapi/v1/${path}`, summary, body, handle: handle as Endpoint['handle'] }
}

/** A command without a body. */
export function command(path: string, summary: string, run: () => unknown): Endpoint {
  return {
    method: 'POST',
    path: `/sdapi/v1/${path}`,
    summary,
    handle: async () => {
      await run()
      return {}
    },
  }
}

/** GET /openapi.json: the endpoints and the bodies they take, from the schemas that check them. */
import { z } from 'zod'
import { VERSION } from '#shared/version.ts'
import type { Endpoint } from './endpoint.ts'

export function openApi(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, path, summary, body } of endpoints) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(`${method} ${path}`, summary, body) }
  }
  return {
    openapi: '3.1.0',
    info: { title: "Reprise: A1111's API", version: VERSION },
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
    },
    security: [{ bearer: [] }, { basic: [] }],
  }
}

function operation(operationId: string, summary: string, body: z.ZodType | undefined): object {
  const json = (schema: object) => ({ 'application/json': { schema } })
  return {
    operationId,
    summary,
    ...(body !== undefined && {
      requestBody: { required: true, content: json(z.toJSONSchema(body, { io: 'input' })) },
    }),
    responses: {
      200: { description: 'Done', content: json({}) },
      401: { description: 'No token, or a wrong one' },
      ...(body !== undefined && {
        413: { description: 'The body has too many bytes' },
        422: { description: 'A field does not fit, or asks for what is not here' },
      }),
    },
  }
}

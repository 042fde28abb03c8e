import type { FastifyRequest } from 'fastify'

/** Whether a person is waiting for a page, and not a program for data. */
export function isNavigation({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true
}

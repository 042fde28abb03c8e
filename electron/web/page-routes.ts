/** The panels, or a plain page that says what is here instead. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Site } from './check-origin.ts'
import { nothingHere } from './error-reply.ts'
import { landingPage } from './landing-page.ts'
import { isNavigation } from './navigation.ts'
import { findPages } from '../services/pages/find-pages.ts'

export async function pageRoutes(app: FastifyInstance, site: Site, pagesDir: string | undefined): Promise<void> {
  if (pagesDir === undefined) {
    app.get('/', (request, reply) => reply.type('text/html; charset=utf-8').send(landingPage(site.originOf(request))))
    return
  }
  const pages = await findPages(pagesDir)
  app.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const asked = pages.get(`/${request.params['*']}`)
    // panels have addresses of their own, which only the page knows
    const page = asked ?? (isNavigation(request) ? pages.get('/index.html') : undefined)
    if (page === undefined) throw nothingHere()
    return reply
      .type(page.mimeType)
      .header('cache-control', 'no-cache')
      .send(await readFile(page.path))
  })
}

/** Headers of every answer. What is not a page is shown nowhere: neither inside another site nor as something it is not. */
import type { FastifyHelmetOptions } from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { PAGE_DIRECTIVES } from '../services/pages/content-policy.ts'

export const HELMET_OPTIONS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: PAGE_DIRECTIVES,
  },
  referrerPolicy: { policy: 'no-referrer' },
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
  // the server speaks plain HTTP; a browser that keeps to this would not find it again
  strictTransportSecurity: false,
}

const PERMISSIONS = ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'bluetooth', 'payment', 'display-capture']
  .map((feature) => `${feature}=()`)
  .join(', ')

/** What helmet does not know. What may be kept says so itself. */
export function addFurtherHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('permissions-policy', PERMISSIONS).header('cache-control', 'no-store')
    done()
  })
}

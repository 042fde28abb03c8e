/** What pages and files of the studio may do in a browser or a window (Content-Security-Policy). */

import { PLAIN_STYLE_SOURCE } from './plain-page.ts'

export const PAGE_DIRECTIVES = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", PLAIN_STYLE_SOURCE],
  imgSrc: ["'self'", 'blob:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
}

/** The same as one header. */
export const PAGE_POLICY = asHeader(PAGE_DIRECTIVES)

/** Of the page that asks for the token: its form may be sent to where it came from. */
export const SIGN_IN_POLICY = asHeader({ ...PAGE_DIRECTIVES, formAction: ["'self'"] })

function asHeader(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${sources.join(' ')}`)
    .join('; ')
}

/** Of files that people put into the studio: even as a page of their own they may do nothing. */
export const FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

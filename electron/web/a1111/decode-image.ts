/** An image as clients send it: base64, with or without "data:image/png;base64," in front. */
import { FieldsError } from './a1111-error.ts'

/** @throws {FieldsError} for an address: the studio fetches nothing for others */
export function decodeImage(text: string, loc: readonly (string | number)[]): Uint8Array<ArrayBuffer> {
  if (/^https?:\/\//i.test(text)) {
    const msg = 'addresses are not fetched: send the image itself, as base64'
    throw new FieldsError([{ loc, msg, type: 'value_error.not_supported' }])
  }
  const comma = text.startsWith('data:') ? text.indexOf(',') : -1
  return new Uint8Array(Buffer.from(text.slice(comma + 1), 'base64'))
}

/** Sends files of the data folder, and bytes to save. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { openStored } from '../services/images/open-stored.ts'
import type { AddressedFile } from '../services/studio/file-at.ts'
import { FILE_POLICY } from '../services/pages/content-policy.ts'

/** What an id or a hash names never changes; only who is signed in may keep it. */
const FOREVER = 'private, max-age=31536000, immutable'

export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, mimeType, tag }: AddressedFile,
): Promise<FastifyReply> {
  const etag = `"${tag}"`
  void reply.header('content-security-policy', FILE_POLICY)
  if (request.headers['if-none-match'] === etag) {
    return reply.status(304).header('cache-control', FOREVER).header('etag', etag).send()
  }
  const { file, size } = await openStored(path)
  try {
    void reply.header('cache-control', FOREVER).header('etag', etag)
    void reply.type(mimeType).header('content-length', size)
    return await reply.send(file.createReadStream())
  } catch (error) {
    await file.close()
    throw error
  }
}

/** For the browser to save, not to show. */
export function sendAttachment(
  reply: FastifyReply,
  { bytes, fileName, mimeType }: { bytes: Uint8Array; fileName: string; mimeType: string },
): FastifyReply {
  void reply.header('content-security-policy', FILE_POLICY).type(mimeType)
  return reply.header('content-disposition', attachment(fileName)).send(bytes)
}

/** With a plain name for programs that know no other (RFC 6266). */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w.-]/g, '_')
  const exact = encodeURIComponent(fileName).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}

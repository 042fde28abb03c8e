/** The studio's files at their addresses, which are the same in the web server and in the desktop window. */
import { parseHash, parseId, parseWith, ThumbnailQuery } from '../contract/route-parameters.ts'
import type { StudioFile, StudioFiles } from './studio-files.ts'

export interface AddressedFile extends StudioFile {
  /** The same for the same content, for ever. */
  readonly tag: string
}

/** As the web server's routes are written; an address that fits none of them is not a file's. */
export const FILE_ROUTES = ['/images/:id', '/images/:id/thumbnail', '/inputs/:hash', '/verdicts/:id/difference']

const FILE_ADDRESS = /^\/(?<area>images|inputs|verdicts)\/(?<name>[^/]*)(?<part>\/thumbnail|\/difference)?$/

/**
 * @param path  such as "/images/12/thumbnail"
 * @param query its fields, such as `{ size: '512' }`
 * @returns undefined if no file could ever be there
 * @throws {AppError} `not-found`, `image-file-missing`, `invalid-argument`, and what making a thumbnail throws
 */
export async function fileAt(files: StudioFiles, path: string, query: unknown): Promise<AddressedFile | undefined> {
  const address = FILE_ADDRESS.exec(path)
  if (address === null) return undefined
  const { area, name: encoded, part = '' } = address.groups!
  const name = decoded(encoded)
  switch (area + part) {
    case 'images': {
      const id = parseId(name)
      return { ...(await files.image(id)), tag: `image-${id}` }
    }
    case 'images/thumbnail': {
      const id = parseId(name)
      const { size } = parseWith(ThumbnailQuery, query, 'the thumbnail')
      return { ...(await files.thumbnail(id, size)), tag: `thumbnail-${id}-${size}` }
    }
    case 'inputs': {
      const hash = parseHash(name)
      return { ...(await files.input(hash)), tag: `input-${hash}` }
    }
    case 'verdicts/difference': {
      const id = parseId(name)
      return { ...(await files.difference(id)), tag: `difference-${id}` }
    }
    default:
      return undefined
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // no name at all: it is refused as it is
    return text
  }
}

/**
 * File names out of a listing or an address, before any of them reaches the file system: only those that mean the same
 * on every system, stay below their folder, and are no device.
 */
import { AppError, quoted } from '#shared/errors.ts'

/** Devices on Windows, whatever follows after a dot (learn.microsoft.com, Naming Files). */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i
// eslint-disable-next-line no-control-regex -- control characters are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*\\]/
const MAX_NAME_BYTES = 200
const MAX_PATH_LENGTH = 1_024

/** @param path with forward slashes, below the folder it goes to. @throws {AppError} `download-invalid` */
export function checkPath(path: string): void {
  const fault = path.length > MAX_PATH_LENGTH ? 'is too long' : path.split('/').map(nameFault).find(Boolean)
  if (fault) throw unsafe(path, fault)
}

/** @throws {AppError} `download-invalid` if two are one file on systems that do not tell large letters from small */
export function checkPaths(paths: readonly string[]): void {
  const seen = new Set<string>()
  for (const path of paths) {
    checkPath(path)
    const folded = fold(path)
    if (seen.has(folded)) throw unsafe(path, 'is in it twice')
    seen.add(folded)
  }
  for (const path of paths) {
    const parts = fold(path).split('/')
    for (let length = 1; length < parts.length; length++) {
      if (seen.has(parts.slice(0, length).join('/'))) throw unsafe(path, 'is in a folder that is also a file')
    }
  }
}

/** Whether a single name can be used as it is. */
export function isSafeName(name: string): boolean {
  return !name.includes('/') && nameFault(name) === undefined
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'has an empty part'
  if (name === '.' || name === '..') return 'leads out of its folder'
  if (FORBIDDEN.test(name)) return 'has a character that file names cannot have everywhere'
  if (RESERVED.test(name)) return 'is the name of a device on Windows'
  if (/[. ]$/.test(name) || name.startsWith(' ')) return 'begins or ends with a space, or ends with a dot'
  if (name.toLowerCase().startsWith('.reprise')) return 'is a name that Reprise keeps for itself'
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return 'is too long'
  return undefined
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

function unsafe(path: string, fault: string): AppError {
  return new AppError(
    'download-invalid',
    `the file name ${quoted(path)} ${fault}: nothing of this source is fetched. Tell its author`,
    { data: { path } },
  )
}

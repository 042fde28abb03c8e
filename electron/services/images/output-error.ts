/** What the file system says when it does not take an output, as an error with a code and a way out. */
import { AppError, quoted } from '#shared/errors.ts'

const REASONS: Record<string, string> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  EEXIST: 'there is a file of that name, not a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOENT: 'the folder does not exist',
  EISDIR: 'it is a folder, not a file',
  ENAMETOOLONG: 'the name is too long',
}

export function outputError(error: unknown, path: string): AppError {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException
  const data = { path, systemCode: code }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const what = code === 'ENOSPC' ? 'the disk is full' : 'the disk quota is used up'
    return new AppError('disk-full', `${what} at ${quoted(path)}: free some space, or choose another folder`, {
      data,
      cause: error,
    })
  }
  if (code === 'EIO') {
    return new AppError('disk-failed', `the disk failed at ${quoted(path)}: check it, and the connection to it`, {
      data,
      cause: error,
    })
  }
  return new AppError(
    'output-not-writable',
    `cannot write to ${quoted(path)}: ${REASONS[code] ?? message}. Choose a place that can be written`,
    { data, cause: error },
  )
}

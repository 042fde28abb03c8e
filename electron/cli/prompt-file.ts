/** Prompts from a text file or from standard input, one a line. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { AppError, quoted } from '#shared/errors.ts'

const LIMIT_BYTES = 16 * 1024 * 1024

/**
 * UTF-8, with or without a byte order mark; lines may end as on Windows; blank ones are skipped.
 *
 * @param path `-` reads `stdin`
 * @throws {AppError} `prompt-file-invalid`
 */
export async function readPromptFile(path: string, stdin: Readable): Promise<string[]> {
  const name = path === '-' ? 'standard input' : quoted(path)
  const bytes = await readLimited(path === '-' ? stdin : createReadStream(path), name)
  const prompts = decode(bytes, name)
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (prompts.length === 0) throw invalid(name, 'has no prompt in it: write one a line')
  return prompts
}

async function readLimited(stream: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    // read as it comes: a pipe or a device does not tell its size beforehand
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > LIMIT_BYTES) throw invalid(name, `is larger than ${LIMIT_BYTES / 1024 / 1024} MB`)
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw invalid(name, 'does not exist')
    if (code === 'EISDIR') throw invalid(name, 'is a folder, not a file')
    if (code === 'EACCES') throw invalid(name, 'may not be read (permission denied)')
    throw invalid(name, `cannot be read: ${message}`)
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Buffer, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw invalid(name, 'is UTF-16: save it as UTF-8')
  }
  if (bytes.includes(0)) throw invalid(name, 'is binary, not text: give a UTF-8 text file with one prompt a line')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid(name, `is not UTF-8 (line ${firstBadLine(bytes)}): save it as UTF-8`)
  }
}

/** A line feed is never part of a longer UTF-8 sequence, so lines can be tried one by one. */
function firstBadLine(bytes: Buffer): number {
  let line = 1
  for (let begin = 0; begin < bytes.length; line++) {
    const found = bytes.indexOf(0x0a, begin)
    const end = found === -1 ? bytes.length : found + 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(begin, end))
    } catch {
      return line
    }
    begin = end
  }
  return line
}

function invalid(name: string, what: string): AppError {
  return new AppError('prompt-file-invalid', `the prompt file ${name} ${what}`)
}

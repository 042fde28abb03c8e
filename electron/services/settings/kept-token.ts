/** The token of `reprise serve` that belongs to a data folder: addresses and bookmarks hold when it starts again. */
import { randomBytes, randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFile } from '../../db/require-kind.ts'

const FILE_NAME = 'serve-token'
const TOKEN = /^[\w-]{32,200}$/

/** @param isNew draws another, so that no browser is signed in any more */
export async function keptToken(dataDir: string, { isNew }: { isNew: boolean }): Promise<string> {
  const path = join(dataDir, FILE_NAME)
  // a pipe of that name would be waited for for ever
  requireFile(path, 'the token of reprise serve')
  const kept = isNew ? '' : await readFile(path, 'utf8').catch(() => '')
  if (TOKEN.test(kept.trim())) return kept.trim()
  const token = randomBytes(24).toString('base64url')
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    // other users of the machine must not read it
    await writeFile(temporary, `${token}\n`, { flag: 'wx', mode: 0o600, flush: true })
    await rename(temporary, path)
  } catch {
    // a folder that takes no file: the token holds until the server ends
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
  return token
}

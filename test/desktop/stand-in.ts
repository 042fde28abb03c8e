/**
 * A stand-in for Electron's distribution, so that packaging can be tested where Electron cannot be downloaded: the
 * files that the packager looks for, and a program that says what it is. Its fuses are real ones to turn.
 */
import { createWriteStream, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string }

/** @electron/fuses: a mark, the version of the format, how many fuses, and each of them as Electron ships it. */
const FUSES = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009101100001`
const PROGRAM = `#!/bin/sh
echo "this is a stand-in for Electron ${version}: it shows no windows" >&2
exit 1
${FUSES}
`
const EXECUTABLE = 0o100_755

/** Writes the zip as @electron/packager wants it in `electronZipDir`. */
export async function makeStandIn(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true })
  const zip = new ZipFile()
  const add = (name: string, text: string, mode = 0o100_644): void => {
    zip.addBuffer(Buffer.from(text, 'latin1'), name, { mode })
  }
  add('electron', PROGRAM, EXECUTABLE)
  add('chrome-sandbox', '#!/bin/sh\nexit 1\n', EXECUTABLE)
  add('version', version)
  add('LICENSE', 'a stand-in\n')
  add('LICENSES.chromium.html', 'a stand-in\n')
  add('locales/en-US.pak', '')
  zip.addEmptyDirectory('resources')
  zip.end()
  const file = join(dir, `electron-v${version}-${process.platform}-${process.arch}.zip`)
  await pipeline(zip.outputStream, createWriteStream(file))
}

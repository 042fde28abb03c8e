/** The `reprise` command from source, with panels out of another folder: `node serve-pages.ts PAGES serve …`. */
import { join } from 'node:path'
import { processHost } from '../../electron/cli/host.ts'
import { runCli } from '../../electron/cli/program.ts'

const [pagesDir, ...args] = process.argv.slice(2)
const main = join(import.meta.dirname, '../../electron/cli/main.ts')
process.exitCode = await runCli(args, { ...processHost(main), pagesDir })

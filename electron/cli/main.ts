#!/usr/bin/env node
/** Entry of the `reprise` command. */
import { processHost } from './host.ts'
import { runCli } from './program.ts'

// `reprise … | head -1` closes its end early; the images are wanted all the same
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await runCli(process.argv.slice(2), processHost(import.meta.filename))

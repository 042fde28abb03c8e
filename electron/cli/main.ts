#!/usr/bin/env node
/** Entry of the `reprise` command. */
import { processHost } from './host.ts'
import { runCli } from './program.ts'

process.exitCode = await runCli(process.argv.slice(2), processHost(import.meta.filename))

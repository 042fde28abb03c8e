#!/usr/bin/env node
/** Entry of the `reprise` command. */
import { processHost } from './host.ts'
import { runCli } from './program.ts'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 14)) {
  process.stderr.write(`reprise: this is Node ${process.versions.node}; Node 22.14 or later is needed\n`)
  process.exit(1)
}

process.exitCode = await runCli(process.argv.slice(2), processHost(import.meta.filename))

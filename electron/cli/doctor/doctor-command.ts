/** `reprise doctor`: what is well and what is not, on this machine and in the data folder. */
import type { Command } from 'commander'
import type { Finding } from '#shared/contract/studio.ts'
import { addCommand, addStudioOptions, type CliContext, type StudioOptions } from '../add-command.ts'
import type { CliHost } from '../host.ts'
import { printJson } from '../print.ts'
import { EXIT_FAILURE } from '../report-error.ts'
import { startEngine } from '../start-engine.ts'
import { formatTable } from '../table.ts'
import { dataDirOf } from '../with-guest.ts'

export function addDoctorCommand(program: Command, { host, setExitCode }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  withStudio(addCommand(program, 'doctor', 'whether this machine and the data folder are well, and what to do'))
    .addHelpText(
      'after',
      '\nExit code 1 if something is bad. Works beside a running studio, and where nothing else does.',
    )
    .action(async (options: StudioOptions) => {
      if (!(await examine(options, host))) setExitCode(EXIT_FAILURE)
    })
}

/** @returns whether nothing is bad */
async function examine(options: StudioOptions, host: CliHost): Promise<boolean> {
  const { runDoctor } = await import('../../services/doctor/run-doctor.ts')
  const findings = await runDoctor({
    dataDir: dataDirOf(host, options),
    starterModelDir: host.defaultModelDir,
    startChild: () => startEngine(host),
  })
  if (options.json === true) for (const finding of findings) printJson(host, finding)
  else host.stdout.write(`${formatTable(findings.map(row))}\n`)
  return findings.every(({ state }) => state !== 'bad')
}

function row({ state, name, message }: Finding): string[] {
  return [state, name, message]
}

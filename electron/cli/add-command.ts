/** How every command is set up: what it says to options it does not know, and the options that all of them take. */
import { Option, type Command } from 'commander'
import { AppError } from '#shared/errors.ts'
import type { CliHost } from './host.ts'
import { terminalSafe } from './terminal-safe.ts'

const MAX_PATH = 500

/** What commands run with. */
export interface CliContext {
  readonly host: CliHost
  /** For an answer that is no error and still not what was hoped for. */
  readonly setExitCode: (code: number) => void
}

export interface StudioOptions {
  dataDir?: string
  json?: boolean
}

export function addCommand(parent: Command, name: string, description: string): Command {
  return throwErrors(parent.command(name).description(description).helpCommand(false))
}

/** Last of all options. */
export function addStudioOptions(command: Command, host: CliHost): Command {
  return command
    .optionsGroup('As everywhere:')
    .addOption(dataDirOption(host))
    .option('--json', 'print JSON, one value a line')
    .helpOption('-h, --help', 'show this')
}

export function dataDirOption({ defaultDataDir }: CliHost): Option {
  const option = new Option(
    '--data-dir <dir>',
    'where queue, history and images are kept; REPRISE_DATA_DIR in the environment says it for all commands',
  )
  // no default of commander's: whether a folder was named makes a difference
  option.description += ` (default: ${terminalSafe(defaultDataDir, MAX_PATH)})`
  return option
}

/** Commander's complaints as errors with our code, naming what is allowed. */
export function throwErrors(command: Command): Command {
  return command.exitOverride((error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error
    const message = error.message.replace(/^error: /, '').replace(/\.$/, '')
    throw new AppError('invalid-argument', `${message}${allowed(error.code, command)}`)
  })
}

function allowed(code: string, command: Command): string {
  const help = `see ${fullName(command)} --help`
  if (code === 'commander.unknownOption') {
    return `; the options are ${command.options.map(({ long }) => long).join(', ')}; ${help}`
  }
  if (command.commands.length > 0 && ['commander.unknownCommand', 'commander.excessArguments'].includes(code)) {
    return `; the commands are ${command.commands.map((known) => known.name()).join(', ')}; ${help}`
  }
  return `; ${help}`
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()
}

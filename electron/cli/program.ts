/** The commands of `reprise`. */
import { Command, CommanderError, type Argument } from 'commander'
import { VERSION } from '#shared/version.ts'
import { addCommand, throwErrors, type CliContext } from './add-command.ts'
import { addDoctorCommand } from './doctor/doctor-command.ts'
import { addGenerateOptions, type GenerateOptions } from './generate/generate-options.ts'
import { generate } from './generate/generate.ts'
import { addHistoryCommands } from './history/history-commands.ts'
import type { CliHost } from './host.ts'
import { addModelsCommands } from './models/models-commands.ts'
import { addQueueCommands } from './queue/queue-commands.ts'
import { EXIT_USAGE, reportError } from './report-error.ts'
import { addReproduceCommand } from './reproduce/reproduce-command.ts'
import { addServeCommand } from './serve/serve-command.ts'

const EXAMPLES = `
Examples:
    $ reprise generate "mountains at sunset"      a picture, in ./reprise-out
    $ reprise reproduce --last                    the same again: is every pixel the same?
    $ reprise serve                               the studio, in a browser

reprise COMMAND --help says more about each.`

/** Runs one command line. @param argv without the program's own name @returns the exit code */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    let exitCode = 0
    const program = createProgram({
      host,
      setExitCode: (code) => {
        exitCode = code
      },
    })
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // --help and --version have said what was asked for; without a command the help says what is missing
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
    return reportError(error, host)
  }
}

function createProgram(context: CliContext): Command {
  const { host } = context
  const program = throwErrors(new Command('reprise'))
    .description('Images from Stable Diffusion models, each of which can be made again, exactly.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      // errors are thrown (exitOverride) and said once, by reportError
      outputError: () => undefined,
      getOutHelpWidth: () => helpWidth(host.stdout),
      getErrHelpWidth: () => helpWidth(host.stderr),
    })
    // that there are options goes without saying
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })

  program.commandsGroup('Make images:')
  addGenerateOptions(addCommand(program, 'generate', 'make images from prompts and pictures'), host).action(
    (prompts: string[], options: GenerateOptions) => generate(prompts, options, host),
  )
  addReproduceCommand(program, context)
  addQueueCommands(program, context)
  program.commandsGroup('Look after them:')
  addHistoryCommands(program, context)
  addModelsCommands(program, context)
  program.commandsGroup('The studio:')
  addServeCommand(program, context)
  addDoctorCommand(program, context)
  return program
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** A pipe has no width, and a terminal may not tell its own. */
function helpWidth({ columns }: CliHost['stdout']): number {
  return columns === undefined || columns < 2 ? 100 : columns
}

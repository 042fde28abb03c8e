/** The commands of `reprise`, and what is said to what they do not know. */
import { Command, CommanderError } from 'commander'
import { AppError } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'
import { addGenerateOptions, type GenerateOptions } from './generate-options.ts'
import { generate } from './generate.ts'
import type { CliHost } from './host.ts'
import { inspectModel } from './models-inspect.ts'
import { EXIT_FAILURE, EXIT_USAGE, reportError } from './report-error.ts'

/** Runs one command line. @param argv without the program's own name @returns the exit code */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    let exitCode = 0
    const program = createProgram(host, (code) => {
      exitCode = code
    })
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // --help and --version have said what was asked for; without a command the help says what is missing
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
    return reportError(error, host)
  }
}

function createProgram(host: CliHost, setExitCode: (code: number) => void): Command {
  const program = new Command('reprise')
    .description('Images from Stable Diffusion models, each of which can be made again, exactly.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      // errors are thrown (exitOverride) and said once, by reportError
      outputError: () => undefined,
    })
  const add = (parent: Command, name: string, description: string): Command =>
    throwErrors(parent.command(name).description(description))

  throwErrors(program)

  const generateCommand = addGenerateOptions(add(program, 'generate', 'make images from prompts and pictures'))
  generateCommand.action((prompts: string[], options: GenerateOptions) => generate(prompts, options, host))

  const models = add(program, 'models', 'what is known of models').helpCommand(false)
  add(models, 'inspect', 'what is in a model folder: components, parameters, dtypes, sizes, what is missing')
    .argument('<dir>', 'a model folder in diffusers layout')
    .option('--json', 'print it as JSON')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', '\nExit code 1 if something is missing or wrong.')
    .action(async (dir: string, options: { json?: boolean }) => {
      const isUsable = await inspectModel(dir, options, host)
      if (!isUsable) setExitCode(EXIT_FAILURE)
    })

  return program
}

/** Commander's complaints as errors with our code, naming what is allowed. */
function throwErrors(command: Command): Command {
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
  if (code === 'commander.unknownCommand' || code === 'commander.excessArguments') {
    return `; the commands are ${command.commands.map((known) => known.name()).join(', ')}; ${help}`
  }
  return `; ${help}`
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()
}

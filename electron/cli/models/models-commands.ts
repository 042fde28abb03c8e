/** `reprise models`: its commands and their help. */
import type { Command } from 'commander'
import { addCommand, addStudioOptions, type CliContext, type StudioOptions } from '../add-command.ts'
import { EXIT_FAILURE } from '../report-error.ts'
import { addModels, listModels, removeModels, scanModels } from './model-list.ts'
import { inspectModel } from './models-inspect.ts'

const EXAMPLES = `
Examples:
    $ reprise models inspect ~/models/stable-diffusion-v1-5
    $ reprise models add ~/models`

export function addModelsCommands(program: Command, { host, setExitCode }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  const models = addCommand(program, 'models', 'the models that the studio chooses from')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)

  withStudio(addCommand(models, 'list', 'the models there are')).action((options: StudioOptions) =>
    listModels(options, host),
  )
  withStudio(
    addCommand(models, 'add', 'add a folder').argument('<dir>', "a model's folder, or one with several in it"),
  ).action((dir: string, options: StudioOptions) => addModels(dir, options, host))
  withStudio(
    addCommand(models, 'remove', 'take a folder off the list; its files and all images stay').argument(
      '<dir>',
      'a folder that was added',
    ),
  ).action((dir: string, options: StudioOptions) => removeModels(dir, options, host))
  withStudio(addCommand(models, 'scan', 'look through all folders again')).action((options: StudioOptions) =>
    scanModels(options, host),
  )
  addCommand(models, 'inspect', 'what is in a model folder: components, parameters, dtypes, sizes, what is missing')
    .argument('<dir>', 'a model folder in diffusers layout')
    .option('--json', 'print it as JSON')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', '\nExit code 1 if something is missing or wrong.')
    .action(async (dir: string, options: { json?: boolean }) => {
      const isUsable = await inspectModel(dir, options, host)
      if (!isUsable) setExitCode(EXIT_FAILURE)
    })
}

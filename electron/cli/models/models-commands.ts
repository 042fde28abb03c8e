/** `reprise models`: its commands and their help. */
import type { Command } from 'commander'
import { addCommand, addStudioOptions, type CliContext, type StudioOptions } from '../add-command.ts'
import { idArgument } from '../id-arguments.ts'
import { path, repeated } from '../option-values.ts'
import { EXIT_FAILURE } from '../report-error.ts'
import { changeDownload, listDownloads, type DownloadChange } from './download-list.ts'
import { downloadModel, type DownloadOptions } from './model-download.ts'
import { listModelFiles } from './model-file-list.ts'
import { addModels, listModels, removeModels, scanModels } from './model-list.ts'
import { inspectModel } from './models-inspect.ts'

const EXAMPLES = `
Examples:
    $ reprise models inspect ~/models/stable-diffusion-v1-5
    $ reprise models add ~/models
    $ reprise models download stable-diffusion-v1-5/stable-diffusion-v1-5 --variant fp16`

const DOWNLOAD_HELP = `
Examples:
    $ reprise models download stable-diffusion-v1-5/stable-diffusion-v1-5
    $ reprise models download some/repository@v2 --file model.safetensors --to ~/models
    $ reprise models download https://example.org/model.safetensors --sha256 9f86d0…

Ctrl-C pauses. The same command goes on with what is here, also after it was killed or the connection
broke. While a studio runs on the data folder, the studio fetches and this command watches.

In the environment: HF_TOKEN opens what is gated on the hub, HF_ENDPOINT names a mirror, and HTTPS_PROXY
and NO_PROXY are followed. Exit code 130 if it was paused. With --json, a line when it begins, one each
second, and one at the end.`

export function addModelsCommands(program: Command, { host, setExitCode }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  const models = addCommand(program, 'models', 'the models that the studio chooses from')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)

  withStudio(
    addCommand(models, 'list', 'the models there are').option(
      '--files',
      'the single files in the same folders instead: checkpoints, LoRA, VAE, embeddings',
    ),
  ).action((options: StudioOptions & { files?: boolean }) =>
    options.files === true ? listModelFiles(options, host) : listModels(options, host),
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
  withStudio(
    addCommand(models, 'download', 'fetch a model: resumable, and checked before it gets its name')
      .argument('<source>', 'owner/name of the hub (@revision for another than main), or an https:// address')
      .option('--file <path>', 'of a repository: this file and no other; may be given several times', repeated(asIs))
      .option('--variant <name>', 'of the weights, such as fp16')
      .option('--sha256 <hash>', 'what a single file has to be, in hex')
      .option('--to <dir>', 'where it goes (default: a folder among the models of the data folder)', path('--to')),
  )
    .addHelpText('after', DOWNLOAD_HELP)
    .action((source: string, options: DownloadOptions) => downloadModel(source, options, host))
  addDownloadsCommands(models, { host, setExitCode })
  addCommand(models, 'inspect', 'what is in a model folder: components, parameters, dtypes, sizes, what is missing')
    .argument('<path>', 'a model folder in diffusers layout, or a checkpoint in one file')
    .option('--json', 'print it as JSON')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', '\nExit code 1 if something is missing or wrong.')
    .action(async (dir: string, options: { json?: boolean }) => {
      const isUsable = await inspectModel(dir, options, host)
      if (!isUsable) setExitCode(EXIT_FAILURE)
    })
}

const CHANGES: readonly (readonly [DownloadChange, string])[] = [
  ['pause', 'stop fetching; what is here is kept'],
  ['resume', 'go on with one that is paused, failed or cancelled'],
  ['cancel', 'stop fetching, and delete what is not whole'],
  ['remove', 'take one that ended off the list'],
]

function addDownloadsCommands(models: Command, { host }: CliContext): void {
  const downloads = addCommand(models, 'downloads', 'what is fetched: list, pause, resume, cancel').helpOption(
    '-h, --help',
    'show this',
  )
  addStudioOptions(addCommand(downloads, 'list', 'all of them, the latest first, and how far they are'), host).action(
    (options: StudioOptions) => listDownloads(options, host),
  )
  for (const [change, description] of CHANGES) {
    const command = addCommand(downloads, change, description).addArgument(
      idArgument('<download>', 'a download, by its id'),
    )
    addStudioOptions(command, host).action((id: number, options: StudioOptions) =>
      changeDownload(id, change, options, host),
    )
  }
}

function asIs(text: string): string {
  return text
}

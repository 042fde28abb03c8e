/** `reprise history`: its commands, their options and their help. */
import { Option, type Command } from 'commander'
import { EXPORT_FORMATS } from '#shared/contract/history.ts'
import { addCommand, addStudioOptions, type CliContext, type StudioOptions } from '../add-command.ts'
import { idArgument, idsArgument } from '../id-arguments.ts'
import { integer, path } from '../option-values.ts'
import { exportImages, type HistoryExportOptions } from './history-export.ts'
import { addFilterOptions, type FilterOptions } from './history-filter.ts'
import { importImages, type HistoryImportOptions } from './history-import.ts'
import { listHistory } from './history-list.ts'
import { deleteImages, markImages, removeTag } from './history-marks.ts'
import { showImage } from './history-show.ts'
import { showStatistics } from './history-statistics.ts'

const EXAMPLES = `
Examples:
    $ reprise history list --search "harbour -night" --rating 4
    $ reprise history tag "for the book" 1827163487232001
    $ reprise history export 1827163487232001 --to ./out --format jpeg`

const LIST_EXAMPLES = `
Examples:
    $ reprise history list --after 2026-11-01 --model starter --sort rating
    $ reprise history list --limit 0 --json > images.jsonl

With --json, a line for each image: id, path, prompt, seed, pixelHash, createdAt, all settings, …
In the table, ♥ marks favourites, a digit is the rating, ~ images that were not made here,
! means that the file is gone. With --json, what another program did not say is null.`

const IMPORT_EXAMPLES = `
PNG, JPEG and WebP. Settings are read out of images of Reprise, A1111 and its relatives, ComfyUI,
InvokeAI, SwarmUI, Fooocus and StabilityMatrix; others come in without. What is known is not doubled.

Examples:
    $ reprise history import ~/stable-diffusion-webui/outputs
    $ reprise history import ./from-a-friend --json`

const DEFAULT_QUALITY = 92

export function addHistoryCommands(program: Command, { host }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  const history = addCommand(
    program,
    'history',
    'every image that was made or brought in: find, mark, export, import, delete',
  )
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)
  const add = (name: string, description: string): Command => addCommand(history, name, description)
  const ofImages = (name: string, description: string): Command =>
    add(name, description).addArgument(idsArgument('images, by their ids'))

  history.commandsGroup('To look:')
  withStudio(addFilterOptions(add('list', 'list images, the newest first')))
    .addHelpText('after', LIST_EXAMPLES)
    .action((options: FilterOptions & StudioOptions) => listHistory(options, host))
  withStudio(
    add('show', 'all that is known of an image').addArgument(idArgument('<id>', 'an image, by its id')),
  ).action((id: number, options: StudioOptions) => showImage(id, options, host))
  withStudio(add('stats', 'how many, by what, how large')).action((options: StudioOptions) =>
    showStatistics(options, host),
  )

  history.commandsGroup('To take out:')
  withStudio(
    ofImages('export', 'copy images into a folder, in other formats or without settings')
      .optionsGroup('As what:')
      .requiredOption('--to <dir>', 'folder for the files; nothing in it is written over', path('--to'))
      .addOption(new Option('--format <name>', 'of the files').choices(EXPORT_FORMATS).default('png'))
      .addOption(
        new Option('--quality <n>', 'of JPEG and WebP, 1 to 100')
          .argParser(integer('--quality', { min: 1, max: 100 }))
          .default(DEFAULT_QUALITY),
      )
      .option('--no-settings', 'nothing in the files about how they were made'),
  ).action((ids: number[], options: HistoryExportOptions) => exportImages(ids, options, host))

  history.commandsGroup('To take in:')
  withStudio(
    add('import', 'bring images into the history, whichever program made them')
      .argument('<path...>', 'image files, and folders with all in them; they stay as they are')
      .option('--only-own', 'only images that Reprise made, every pixel as it was'),
  )
    .addHelpText('after', IMPORT_EXAMPLES)
    .action((paths: string[], options: HistoryImportOptions) => importImages(paths, options, host))

  history.commandsGroup('To mark:')
  withStudio(ofImages('favourite', 'mark images as favourites').option('--off', 'take the mark away')).action(
    (ids: number[], options: StudioOptions & { off?: boolean }) =>
      markImages(ids, options, host, {
        done: options.off === true ? 'no favourite any more' : 'favourite',
        mark: ({ history: area }, all) => area.setFavourite({ ids: all, favourite: options.off !== true }),
      }),
  )
  withStudio(
    add('rate', 'give images stars')
      .argument('<stars>', '0 to 5; 0: not rated', integer('<stars>', { min: 0, max: 5 }))
      .addArgument(idsArgument('images, by their ids')),
  ).action((rating: number, ids: number[], options: StudioOptions) =>
    markImages(ids, options, host, {
      done: rating === 0 ? 'not rated' : `rated ${rating} of 5`,
      mark: ({ history: area }, all) => area.setRating({ ids: all, rating }),
    }),
  )
  withStudio(
    add('tag', 'give images a tag')
      .argument('<tag>', 'its name; a new one is made')
      .addArgument(idsArgument('images, by their ids')),
  ).action((name: string, ids: number[], options: StudioOptions) =>
    markImages(ids, options, host, {
      done: `tagged ${name.trim()}`,
      mark: ({ tags }, imageIds) => tags.addToImages({ imageIds, names: [name] }),
    }),
  )
  withStudio(
    add('untag', 'take a tag from images')
      .argument('<tag>', 'its name')
      .addArgument(idsArgument('images, by their ids')),
  ).action((name: string, ids: number[], options: StudioOptions) =>
    markImages(ids, options, host, {
      done: `not tagged ${name.trim()} any more`,
      mark: (client, imageIds) => removeTag(client, name, imageIds),
    }),
  )

  history.commandsGroup('To throw away:')
  withStudio(ofImages('trash', 'put images into the trash; nothing is lost')).action(
    (ids: number[], options: StudioOptions) =>
      markImages(ids, options, host, {
        done: 'in the trash',
        mark: ({ history: area }, all) => area.trash({ ids: all }),
      }),
  )
  withStudio(ofImages('restore', 'take images out of the trash')).action((ids: number[], options: StudioOptions) =>
    markImages(ids, options, host, {
      done: 'out of the trash',
      mark: ({ history: area }, all) => area.restore({ ids: all }),
    }),
  )
  withStudio(
    ofImages('delete', 'delete images for good, file and all; only what is in the trash').option(
      '--yes',
      'that is meant',
    ),
  ).action((ids: number[], options: StudioOptions & { yes?: boolean }) => deleteImages(ids, options, host))
}

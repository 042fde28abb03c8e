/** `reprise queue`: its commands, their options and their help. */
import type { Command } from 'commander'
import { AppError } from '#shared/errors.ts'
import { addCommand, addStudioOptions, type CliContext, type StudioOptions } from '../add-command.ts'
import { idArgument } from '../id-arguments.ts'
import { integer } from '../option-values.ts'
import { addPictureOptions } from '../picture-options.ts'
import { addToQueue, type QueueAddOptions } from './queue-add.ts'
import { changeJob, changeQueue, cancelItem, duplicateJob, removeJob, retryJob } from './queue-changes.ts'
import { listQueue } from './queue-list.ts'
import { runQueue } from './queue-run.ts'
import { showJob } from './queue-show.ts'

const EXAMPLES = `
Examples:
  Ten pictures for later, and a look at what waits
    $ reprise queue add "a harbour at dawn" --images-per-prompt 10
    $ reprise queue list

  Make all that waits, where no studio is running
    $ reprise queue run

A running studio (reprise serve, the desktop app) makes by itself what is added. Ids are those that
list and show print.`

const ADD_EXAMPLES = `
Examples:
    $ reprise queue add "mountains at sunset" --seed 7
    $ reprise queue add --prompts prompts.txt --images-per-prompt 4 --model ./sd15 --front`

export function addQueueCommands(program: Command, { host, setExitCode }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  const queue = addCommand(program, 'queue', 'images to be made: add, order, pause, cancel, run')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)
  const add = (name: string, description: string): Command => addCommand(queue, name, description)
  const ofJob = (name: string, description: string): Command =>
    add(name, description).addArgument(idArgument('<job>', 'a job, by its id'))

  queue.commandsGroup('To look:')
  withStudio(add('list', 'what waits, runs and is paused, in order, and the last that finished')).action(
    (options: StudioOptions) => listQueue(options, host),
  )
  withStudio(ofJob('show', 'a job and its images: states, seeds, errors'))
    .addHelpText('after', '\nWith --json, the job is the first line and each of its images one more.')
    .action((id: number, options: StudioOptions) => showJob(id, options, host))

  queue.commandsGroup('To work:')
  withStudio(
    addPictureOptions(add('add', 'put images at the end of the queue'), 'the default of the settings')
      .optionsGroup('When:')
      .option('--front', 'before everything that waits'),
  )
    .addHelpText('after', ADD_EXAMPLES)
    .action((prompts: string[], options: QueueAddOptions) => addToQueue(prompts, options, host))
  withStudio(add('run', 'make what waits, then end; Ctrl-C puts back what is not finished'))
    .addHelpText('after', '\nExit code 1 if an image failed, or the queue is paused and something waits.')
    .action(async (options: StudioOptions) => {
      setExitCode(await runQueue(options, host))
    })
  withStudio(
    add('pause', 'start nothing new, of a job or of the whole queue')
      .addArgument(idArgument('[job]', 'a job, by its id; none: the whole queue'))
      .option('--now', 'stop what runs as well, and begin it again later'),
  ).action((id: number | undefined, options: StudioOptions & { now?: boolean }) => {
    const now = options.now ?? false
    return id === undefined
      ? changeQueue(options, host, ({ jobs }) => jobs.pauseQueue({ now }))
      : changeJob(id, options, host, { done: 'is paused', change: ({ jobs }) => jobs.pause({ id, now }) })
  })
  withStudio(
    add('resume', 'go on with a job, or with the whole queue').addArgument(
      idArgument('[job]', 'a job, by its id; none: the whole queue'),
    ),
  ).action((id: number | undefined, options: StudioOptions) =>
    id === undefined
      ? changeQueue(options, host, ({ jobs }) => jobs.resumeQueue({}))
      : changeJob(id, options, host, { done: 'goes on', change: ({ jobs }) => jobs.resume({ id }) }),
  )

  queue.commandsGroup('To change:')
  withStudio(ofJob('front', 'put a job before everything that waits')).action((id: number, options: StudioOptions) =>
    changeJob(id, options, host, { done: 'is next', change: ({ jobs }) => jobs.moveToFront({ id }) }),
  )
  withStudio(
    ofJob('move', 'put a job elsewhere in the queue')
      .option('--before <job>', 'before this one', integer('--before', { min: 1 }))
      .option('--to-end', 'behind everything that waits'),
  ).action((id: number, options: StudioOptions & { before?: number; toEnd?: boolean }) => {
    const { before, toEnd = false } = options
    if ((before === undefined) !== toEnd) {
      throw new AppError('invalid-argument', 'say where to: --before another job, or --to-end')
    }
    return before === undefined
      ? changeJob(id, options, host, { done: 'is the last', change: ({ jobs }) => jobs.moveToEnd({ id }) })
      : changeJob(id, options, host, {
          done: `comes before job ${before}`,
          change: ({ jobs }) => jobs.moveBefore({ id, otherId: before }),
        })
  })
  withStudio(
    ofJob('duplicate', 'add the same again, at the end of the queue').option('--new-seeds', 'with other seeds'),
  ).action((id: number, options: StudioOptions & { newSeeds?: boolean }) => duplicateJob(id, options, host))
  withStudio(ofJob('retry', 'try again what failed, was cancelled or set aside')).action(
    (id: number, options: StudioOptions) => retryJob(id, options, host),
  )
  withStudio(ofJob('cancel', 'make nothing more of it; what is finished stays')).action(
    (id: number, options: StudioOptions) =>
      changeJob(id, options, host, { done: 'is cancelled', change: ({ jobs }) => jobs.cancel({ id }) }),
  )
  withStudio(
    add('cancel-item', 'leave out one image of a job').addArgument(
      idArgument('<item>', 'an image of a job, as show lists it'),
    ),
  ).action((itemId: number, options: StudioOptions) => cancelItem(itemId, options, host))
  withStudio(ofJob('remove', 'take a finished job off the list; its images stay in the history')).action(
    (id: number, options: StudioOptions) => removeJob(id, options, host),
  )
}

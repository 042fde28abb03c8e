/** `reprise reproduce`: its options and its help. */
import type { Command } from 'commander'
import { addCommand, addStudioOptions, type CliContext, type StudioOptions } from '../add-command.ts'
import { idsArgument } from '../id-arguments.ts'
import { reproduce } from './reproduce.ts'

const HELP = `
Exit code 0 if all are bit-exact, 1 if any differs or could not be made again. What came of it
stays with the image.

Examples:
    $ reprise generate "mountains at sunset" && reprise reproduce --last
    $ reprise reproduce 1827163487232001 --json`

export function addReproduceCommand(program: Command, { host, setExitCode }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  withStudio(
    addCommand(program, 'reproduce', 'make images of the history again, and say whether every pixel is the same')
      .addArgument(idsArgument('images, by their ids').argOptional())
      .option('--last', 'the newest image')
      .option('--restore-files', 'if bit-exact, move aside what is in its place and write the file again'),
  )
    .addHelpText('after', HELP)
    .action(async (ids: number[] | undefined, options: StudioOptions & { last?: boolean; restoreFiles?: boolean }) => {
      setExitCode(await reproduce(ids ?? [], options, host))
    })
}

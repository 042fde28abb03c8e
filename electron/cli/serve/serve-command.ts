/** `reprise serve`: its options and its help. */
import { Option, type Command } from 'commander'
import { addCommand, addStudioOptions, type CliContext } from '../add-command.ts'
import { integer, repeated } from '../option-values.ts'
import { serve, type ServeOptions } from './serve.ts'

/** R-E-P-R on a telephone's keys. */
const DEFAULT_PORT = 7377

const HELP = `
The address that is printed has the token in it, which signs a browser in. Whoever has it can use the
studio. The data folder keeps its token, so a browser stays signed in when the studio starts again. A
token of your own is best given in the environment variable REPRISE_TOKEN, where other users of the
machine do not see it. Ctrl-C finishes the step in hand, puts the rest back in the queue and ends; a
second one ends at once.

Examples:
    $ reprise serve
    $ REPRISE_TOKEN=... reprise serve --host 0.0.0.0 --allowed-host gpu-box.local

This server speaks plain HTTP: for other machines, put a proxy with HTTPS in front, or use an SSH tunnel.`

export function addServeCommand(program: Command, { host }: CliContext): void {
  const withStudio = (command: Command): Command => addStudioOptions(command, host)
  withStudio(
    addCommand(program, 'serve', 'the studio in a browser; it runs the queue while it is there')
      .optionsGroup('Where:')
      .addOption(new Option('--host <address>', 'to listen on').default('127.0.0.1'))
      .addOption(
        new Option('--port <n>', 'to listen on; 0: any that is free')
          .argParser(integer('--port', { min: 0, max: 65_535 }))
          .default(DEFAULT_PORT),
      )
      .optionsGroup('For whom:')
      .addOption(
        new Option('--token <token>', 'to ask for (default: $REPRISE_TOKEN, or the one that the data folder keeps)'),
      )
      .option('--new-token', 'draw a new token for the data folder: browsers have to sign in again')
      .addOption(
        new Option(
          '--allowed-host <name>',
          'answer to this name as well, such as gpu-box.local; may be repeated',
        ).argParser(repeated(String)),
      )
      .option('--a1111', "answer to A1111's API as well (/sdapi/v1), for SillyTavern, Open WebUI and others"),
  )
    .addHelpText('after', HELP)
    .action((options: ServeOptions) => serve(options, host))
}

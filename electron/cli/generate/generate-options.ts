/** The options of `reprise generate`. */
import { Option, type Command } from 'commander'
import { dataDirOption } from '../add-command.ts'
import type { CliHost } from '../host.ts'
import { decimal, integer, path, sizeInBytes } from '../option-values.ts'
import { loraOption, type AskedLora } from './lora-option.ts'
import { addPictureOptions, type PictureOptions } from '../picture-options.ts'

export interface GenerateOptions extends PictureOptions {
  refiner?: string
  lora?: AskedLora[]
  refinerStart?: number
  threads?: number
  maxMemory?: number
  out: string
  trace?: string
  dataDir?: string
  /** False: not recorded. */
  history: boolean
  json?: boolean
}

const MAX_THREADS = 1_024

const EXAMPLES = `
Examples:
  One picture, from the starter model
    $ reprise generate "mountains at sunset"

  Four of each prompt in a file, with seeds 7, 8, 9, …, so that they can be made again
    $ reprise generate --prompts prompts.txt --images-per-prompt 4 --seed 7

  A Stable Diffusion folder of your own, and a picture to start from
    $ reprise generate "a watercolour of a harbour" --model ./sd15 --image photo.jpg --strength 0.6
`

export function addGenerateOptions(command: Command, host: CliHost): Command {
  return addPictureOptions(command, 'the starter model')
    .addOption(new Option('--refiner <dir>', "a model that finishes what --model began, such as SDXL's refiner"))
    .addOption(
      new Option(
        '--refiner-start <f>',
        'how much of the work --model does before, between 0 and 1 (default: 0.8)',
      ).argParser(decimal('--refiner-start', 'a number between 0 and 1', (f) => f > 0 && f < 1)),
    )
    .addOption(
      new Option(
        '--lora <file[:weight[:text-weight]]>',
        'a LoRA file to add to the model, and how strongly (default: 1); may be given several times',
      ).argParser(loraOption),
    )
    .optionsGroup('With what (never changes an image):')
    .addOption(
      new Option('--threads <n>', 'threads to compute with (default: one per core)').argParser(
        integer('--threads', { min: 1, max: MAX_THREADS }),
      ),
    )
    .addOption(
      new Option(
        '--max-memory <size>',
        'memory to stay within, such as 512M or 4G (default: most of what is free)',
      ).argParser(sizeInBytes('--max-memory')),
    )
    .optionsGroup('Where to:')
    .addOption(
      new Option('--out <dir>', 'folder for the images, one PNG each')
        .argParser(path('--out'))
        .default('reprise-out', './reprise-out'),
    )
    .addOption(
      new Option('--trace <file>', 'also write latents of every step and the exact images, as safetensors').argParser(
        path('--trace'),
      ),
    )
    .option('--no-history', 'do not record the images in the history')
    .addOption(dataDirOption(host))
    .option('--json', 'print one JSON line per image')
    .optionsGroup('Help:')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)
}

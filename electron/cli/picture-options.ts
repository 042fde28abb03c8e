/** The options that say what pictures to make: their names, their help, and the reading of their values. */
import { Option, type Command } from 'commander'
import {
  ARITHMETICS,
  EMPTY_NEGATIVES,
  RESIZE_MODES,
  SCHEDULERS,
  SIGMA_SCHEDULES,
  type Arithmetic,
  type EmptyNegative,
  type ResizeMode,
  type SchedulerName,
  type SigmaSchedule,
} from '#shared/names.ts'
import { decimal, integer, path, placeInPixels, repeated, seed, sizeInPixels } from './option-values.ts'

export interface PictureOptions {
  model?: string
  prompt?: string[]
  prompts?: string
  negative?: string
  imagesPerPrompt: number
  seed?: bigint[]
  steps?: number
  guidance?: number
  width?: number
  height?: number
  image?: string[]
  strength?: number
  resizeMode?: ResizeMode
  scheduler?: SchedulerName
  sigmas?: SigmaSchedule
  arithmetic?: Arithmetic
  emptyNegative?: EmptyNegative
  originalSize?: { widthPx: number; heightPx: number }
  crop?: { xPx: number; yPx: number }
  targetSize?: { widthPx: number; heightPx: number }
}

const MAX_SIDE_PX = 32_768

/** @param defaultModel what is taken where no model is named */
export function addPictureOptions(command: Command, defaultModel: string): Command {
  const option = (flags: string, description: string): Option => new Option(flags, description)
  const text = (value: string): string => value

  return command
    .argument('[prompt...]', 'what to draw; several prompts make several images')
    .optionsGroup('What to draw:')
    .addOption(option('--prompt <text>', 'a prompt; may be repeated').argParser(repeated(text)))
    .addOption(
      option('--prompts <file>', 'prompts from a UTF-8 text file, one a line; - reads standard input').argParser(
        path('--prompts'),
      ),
    )
    .addOption(option('--negative <text>', 'what to keep out of the images'))
    .addOption(
      option('--images-per-prompt <n>', 'how many images of each prompt')
        .argParser(integer('--images-per-prompt', { min: 1 }))
        .default(1),
    )
    .addOption(
      option(
        '--seed <n>',
        'one seed s gives s, s+1, s+2, … to the images, prompt by prompt; repeated, one for each image; none: random',
      ).argParser(repeated(seed)),
    )
    .optionsGroup('From input images:')
    .addOption(
      option(
        '--image <file>',
        'start from this image instead of noise; may be repeated: one for all prompts, one each, or many for one prompt',
      ).argParser(repeated(path('--image'))),
    )
    .addOption(
      option('--strength <s>', 'how much of it is replaced: above 0, at most 1 (default: 0.8)').argParser(
        decimal('--strength', 'a number above 0 and at most 1', (s) => s > 0 && s <= 1, 'strength-out-of-range'),
      ),
    )
    .addOption(
      option('--resize-mode <mode>', 'how it is brought to --width and --height (default: crop)').choices(RESIZE_MODES),
    )
    .optionsGroup('How:')
    .addOption(
      option(
        '--model <path>',
        `a model folder in diffusers layout, or a checkpoint in one file (default: ${defaultModel})`,
      ).argParser(path('--model')),
    )
    .addOption(
      option('--steps <n>', "denoising steps (default: the model's)").argParser(
        integer('--steps', { min: 1 }, 'steps-out-of-range'),
      ),
    )
    .addOption(
      option(
        '--guidance <g>',
        "how closely to follow the prompt; 1 or less: not at all (default: the model's)",
      ).argParser(decimal('--guidance', 'a number, 0 or more', (g) => g >= 0)),
    )
    .addOption(
      option('--width <px>', "image width (default: the model's, or the input image's)").argParser(
        integer('--width', { min: 1, max: MAX_SIDE_PX }),
      ),
    )
    .addOption(option('--height <px>', 'image height').argParser(integer('--height', { min: 1, max: MAX_SIDE_PX })))
    .addOption(option('--scheduler <name>', "the sampler (default: the model's own)").choices(SCHEDULERS))
    .addOption(option('--sigmas <name>', 'spacing of its noise levels').choices(SIGMA_SCHEDULES))
    .addOption(
      option(
        '--arithmetic <kind>',
        'native: as fast as this processor can; portable: the same bits on every processor, several times as slow (default: native)',
      ).choices(ARITHMETICS),
    )
    .optionsGroup('For SDXL models:')
    .addOption(
      option(
        '--empty-negative <what>',
        "what an empty negative prompt stands for: the empty text, or nothing at all (default: the model's)",
      ).choices(EMPTY_NEGATIVES),
    )
    .addOption(
      option('--original-size <WxH>', 'size the picture shall look scaled down from (default: its own)').argParser(
        sizeInPixels('--original-size'),
      ),
    )
    .addOption(
      option('--crop <X,Y>', 'where it shall look cut out of that, from the left and top (default: 0,0)').argParser(
        placeInPixels('--crop'),
      ),
    )
    .addOption(
      option('--target-size <WxH>', 'size it shall look made for (default: its own)').argParser(
        sizeInPixels('--target-size'),
      ),
    )
}

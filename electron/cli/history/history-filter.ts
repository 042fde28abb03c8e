/** Which images: the options of `reprise history list`, as the history takes them. */
import { Option, type Command } from 'commander'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { ImageView } from '#shared/contract/history.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { HISTORY_ORIGINS, HISTORY_SORTS, type HistorySort } from '#shared/history.ts'
import { GENERATION_KINDS, SCHEDULERS, type SchedulerName } from '#shared/names.ts'
import { date, integer, repeated, seed, sizeInPixels } from '../option-values.ts'

export interface FilterOptions {
  search?: string
  model?: string
  scheduler?: SchedulerName
  seed?: bigint
  size?: { widthPx: number; heightPx: number }
  /** Milliseconds since 1970. */
  after?: number
  before?: number
  rating?: number
  favourite?: boolean
  tag?: string[]
  collection?: string
  kind?: (typeof GENERATION_KINDS)[number]
  origin?: PageFilter['origin']
  trashed?: boolean
  sort?: HistorySort
  limit: number
}

type PageFilter = NonNullable<Parameters<ContractClient['history']['page']>[0]['filter']>

const DEFAULT_LIMIT = 50
const SHOWN_NAMES = 20

export function addFilterOptions(command: Command): Command {
  const option = (flags: string, description: string): Option => new Option(flags, description)
  return command
    .optionsGroup('Which:')
    .addOption(option('--search <words>', 'with these words in the prompt; "a phrase", -word for what is not there'))
    .addOption(option('--model <name>', 'by a model of this name, or this hash or its beginning (8 digits or more)'))
    .addOption(option('--scheduler <name>', 'by this sampler').choices(SCHEDULERS))
    .addOption(option('--seed <n>', 'of this seed').argParser(seed))
    .addOption(option('--size <WxH>', 'of this size, such as 512x768').argParser(sizeInPixels('--size')))
    .addOption(
      option('--after <date>', 'made on this day or later, or since a time: 2026-11-21, 2026-11-21T18:30').argParser(
        date('--after'),
      ),
    )
    .addOption(option('--before <date>', 'made before this day or time').argParser(date('--before')))
    .addOption(option('--rating <n>', 'with so many stars or more').argParser(integer('--rating', { min: 0, max: 5 })))
    .addOption(option('--favourite', 'only favourites'))
    .addOption(option('--tag <name>', 'with this tag; may be repeated: with all of them').argParser(repeated(String)))
    .addOption(option('--collection <name>', 'in this collection'))
    .addOption(option('--kind <kind>', 'how they began').choices(GENERATION_KINDS))
    .addOption(
      option('--origin <program>', 'made by this program; other: all but what was made here').choices(HISTORY_ORIGINS),
    )
    .addOption(option('--trashed', 'what is in the trash, instead of what is not'))
    .optionsGroup('How many:')
    .addOption(option('--sort <order>', 'which come first').choices(HISTORY_SORTS).default('newest'))
    .addOption(
      option('--limit <n>', 'at most so many; 0: all')
        .argParser(integer('--limit', { min: 0 }))
        .default(DEFAULT_LIMIT),
    )
}

export interface ImageQuestion {
  filter: PageFilter
  /** What the database has no index for. */
  accepts: ((image: ImageView) => boolean) | undefined
}

/** @throws {AppError} `not-found` for tags and collections, `invalid-argument` */
export async function imageQuestion(client: ContractClient, options: FilterOptions): Promise<ImageQuestion> {
  const { model = '' } = options
  const isHash = /^[0-9a-f]{64}$/.test(model)
  return {
    filter: {
      text: options.search,
      kind: options.kind,
      origin: options.origin,
      modelHash: isHash ? model : undefined,
      scheduler: options.scheduler,
      seed: options.seed?.toString(),
      ...options.size,
      createdFromMs: options.after,
      // the filter includes both ends
      createdToMs: options.before === undefined ? undefined : options.before - 1,
      minRating: options.rating,
      favourite: options.favourite,
      tagIds: options.tag && idsOf('tag', options.tag, await client.tags.list({})),
      collectionId:
        options.collection === undefined
          ? undefined
          : idsOf('collection', [options.collection], await client.collections.list({}))[0],
      trashed: options.trashed,
    },
    accepts: model === '' || isHash ? undefined : (image) => isOfModel(image, model),
  }
}

function isOfModel({ modelName, modelHash }: ImageView, asked: string): boolean {
  return modelName === asked || (/^[0-9a-f]{8,}$/.test(asked) && modelHash?.startsWith(asked) === true)
}

/** The database tells names apart whatever the case of their Latin letters. */
export function idsOf(
  what: 'tag' | 'collection',
  names: readonly string[],
  known: readonly { id: number; name: string }[],
): number[] {
  return names.map((name) => {
    const asked = name.trim()
    const found =
      known.find((one) => one.name === asked) ?? known.find((one) => one.name.toLowerCase() === asked.toLowerCase())
    if (found !== undefined) return found.id
    const there =
      known.length === 0
        ? 'there are none'
        : `there are ${known
            .slice(0, SHOWN_NAMES)
            .map((one) => quoted(one.name))
            .join(', ')}`
    throw new AppError('not-found', `there is no ${what} ${quoted(name)}: ${there}`, { data: { what, name } })
  })
}

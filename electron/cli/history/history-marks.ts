/** The commands that mark images, and those that throw them away: one call, and a line that says so. */
import type { ContractClient } from '#shared/contract/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson, printLine } from '../print.ts'
import { withGuest } from '../with-guest.ts'
import { idsOf } from './history-filter.ts'

interface Marking {
  /** Follows "3 images: ". */
  done: string
  mark: (client: ContractClient, ids: number[]) => Promise<unknown>
}

/** All of them or, if one is not there, none. With --json the line is `{"ids": […]}`. */
export async function markImages(
  given: readonly number[],
  options: StudioOptions,
  host: CliHost,
  { done, mark }: Marking,
): Promise<void> {
  const ids = [...new Set(given)]
  await withGuest(host, options, async ({ client }) => {
    await mark(client, ids)
    if (options.json === true) printJson(host, { ids })
    else printLine(host, `${counted(ids.length, 'image')}: ${done}`)
  })
}

export async function removeTag({ tags }: ContractClient, name: string, imageIds: number[]): Promise<void> {
  const tagIds = idsOf('tag', [name], await tags.list({}))
  await tags.removeFromImages({ imageIds, tagIds })
}

/** @throws {AppError} `invalid-argument` without --yes */
export async function deleteImages(
  ids: readonly number[],
  options: StudioOptions & { yes?: boolean },
  host: CliHost,
): Promise<void> {
  if (options.yes !== true) {
    throw new AppError(
      'invalid-argument',
      `${counted(ids.length, 'image')} would be deleted for good, files and all: add --yes if that is meant`,
    )
  }
  await markImages(ids, options, host, {
    done: 'deleted for good',
    mark: ({ history }, all) => history.remove({ ids: all }),
  })
}

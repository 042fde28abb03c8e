/** `reprise history list`, page by page: the first lines are there before the last are looked for. */
import type { ContractClient } from '#shared/contract/contract.ts'
import type { ImageView } from '#shared/contract/history.ts'
import { MAX_PAGE_SIZE } from '#shared/history.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { storedPath } from '../../services/images/stored-path.ts'
import type { StudioOptions } from '../add-command.ts'
import type { CliHost } from '../host.ts'
import { hasReader, printJson, printLine } from '../print.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'
import { imageQuestion, type FilterOptions } from './history-filter.ts'
import { IMAGE_COLUMNS, IMAGE_WIDTHS, imageJson, imageRow } from './image-line.ts'

export async function listHistory(options: FilterOptions & StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client, db, dataDir }) => {
    let header: (readonly string[])[] = [IMAGE_COLUMNS]
    for await (const images of pages(client, options)) {
      if (options.json === true) {
        for (const image of images) printJson(host, imageJson(image, pathOf(db, dataDir, image.id)))
      } else {
        const table = { columns: host.stdout.columns, widths: IMAGE_WIDTHS }
        host.stdout.write(`${formatTable([...header, ...images.map(imageRow)], table)}\n`)
        header = []
      }
      if (!(await hasReader(host))) return
    }
    if (header.length > 0 && options.json !== true) printLine(host, 'No image matches.')
  })
}

/** Where the file is, or was before it went missing; null for a name that leads out of the data folder. */
export function pathOf(db: StudioDatabase, dataDir: string, imageId: number): string | null {
  return storedPath(dataDir, 'images', db.read.images.get(imageId).fileName) ?? null
}

async function* pages(client: ContractClient, options: FilterOptions): AsyncGenerator<ImageView[]> {
  const { filter, accepts } = await imageQuestion(client, options)
  let left = options.limit === 0 ? Infinity : options.limit
  let after: string | undefined
  do {
    // of what is looked through here, nobody knows how much is left over
    const limit = accepts === undefined ? Math.min(left, MAX_PAGE_SIZE) : MAX_PAGE_SIZE
    const page = await client.history.page({ filter, sort: options.sort, limit, after })
    const images = (accepts === undefined ? page.images : page.images.filter(accepts)).slice(0, left)
    if (images.length > 0) yield images
    left -= images.length
    after = page.after
  } while (after !== undefined && left > 0)
}

/** `reprise history stats` */
import type { ImageRecord } from '#shared/history.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted, duration, fileSize, localTime } from '../format.ts'
import type { CliHost } from '../host.ts'
import { isoTimes } from '../iso-times.ts'
import { printJson } from '../print.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'
import { originName } from './origin-name.ts'

export async function showStatistics(options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const found = await client.history.statistics({})
    if (options.json === true) {
      printJson(host, isoTimes(found))
      return
    }
    const { bitExact, different, failed } = found.verdicts
    const facts = [
      ['images', `${found.imageCount}, ${fileSize(found.fileSizeBytes)}`],
      ['favourites', String(found.favouriteCount)],
      ['in the trash', String(found.trashedCount)],
      ['computed for', duration(found.durationMs)],
      ['first', found.firstAtMs === null ? 'none yet' : localTime(found.firstAtMs)],
      ['last', found.lastAtMs === null ? 'none yet' : localTime(found.lastAtMs)],
      ['made again', `${bitExact} bit-exact, ${different} different, ${failed} failed`],
    ]
    const kinds = Object.entries(found.kinds)
      .filter(([, imageCount]) => imageCount > 0)
      .map(([name, imageCount]) => ({ name, imageCount }))
    const origins = (Object.entries(found.origins) as [ImageRecord['origin'], number][]).map(
      ([origin, imageCount]) => ({ name: originName(origin), imageCount }),
    )
    const lists = [
      ['models', found.models],
      ['schedulers', found.schedulers],
      ['sizes', found.sizes],
      ['kinds', kinds],
      // said where there is something to tell apart
      ['made by', origins.length > 1 ? origins : []],
    ] as const
    const sections = lists
      .filter(([, list]) => list.length > 0)
      .map(([title, list]) =>
        formatTable([[title, ''], ...list.map(({ name, imageCount }) => [`  ${name}`, counted(imageCount, 'image')])]),
      )
    host.stdout.write(`${[formatTable(facts), ...sections].join('\n\n')}\n`)
  })
}

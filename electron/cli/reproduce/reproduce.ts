/** `reprise reproduce`: images of the history made again, in an engine of its own, and judged. */
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { GuestStudio } from '../../services/studio/open-guest.ts'
import type { StudioOptions } from '../add-command.ts'
import type { CliHost } from '../host.ts'
import { onInterrupt } from '../interrupt.ts'
import { printJson, printLine } from '../print.ts'
import { EXIT_FAILURE, printNote } from '../report-error.ts'
import { createStatusLine, progressBar, type StatusLine } from '../status-line.ts'
import { withGuest } from '../with-guest.ts'
import { makeAgain } from './make-again.ts'
import { factLines, verdictJson, verdictText } from './verdict-line.ts'

/** @returns the exit code */
export async function reproduce(
  given: readonly number[],
  options: StudioOptions & { last?: boolean; restoreFiles?: boolean },
  host: CliHost,
): Promise<number> {
  return withGuest(host, options, async (guest) => {
    const ids = await imageIds(given, options.last ?? false, guest)
    await findModels(ids, guest)
    if (options.restoreFiles === true) guest.reproduction.restoreWhenExact(ids)
    const status = createStatusLine(host.stderr)
    const note = (message: string): void => {
      status.around(() => {
        printNote(host, message)
      })
    }
    const interrupt = onInterrupt({ note, first: 'stopping after the running step', onSecond: status.end })
    let exactCount = 0
    try {
      for (const [at, id] of ids.entries()) {
        const verdict = await makeAgain(id, {
          guest,
          signal: interrupt.signal,
          ...telling({ status, note, id }, at, ids.length),
        })
        if (verdict.outcome === 'bit-exact') exactCount++
        status.around(() => {
          if (options.json === true) printJson(host, verdictJson(verdict))
          else {
            printLine(host, `image ${id}: ${verdictText(verdict)}`)
            const { pixelHash } = guest.db.read.images.getOwn(id)
            for (const line of factLines(verdict, pixelHash)) printLine(host, line)
          }
        })
      }
    } finally {
      status.end()
      interrupt.release()
    }
    return exactCount === ids.length ? 0 : EXIT_FAILURE
  })
}

/** All of them are there, before anything is computed. @throws {AppError} `not-found`, `invalid-argument` */
async function imageIds(given: readonly number[], last: boolean, { client, db }: GuestStudio): Promise<number[]> {
  if (last === given.length > 0) {
    throw new AppError('invalid-argument', 'say which images: by their ids, or the newest with --last')
  }
  for (const id of given) db.read.images.getOwn(id)
  if (!last) return [...new Set(given)]
  const { images } = await client.history.page({ filter: { origin: 'reprise' }, limit: 1 })
  if (images.length === 0) throw new AppError('not-found', 'there is no image yet: make one with reprise generate')
  return images.map(({ id }) => id)
}

/** `reprise generate` records models that nobody has looked at for the list, the starter model before all. */
async function findModels(ids: readonly number[], { db, models }: GuestStudio): Promise<void> {
  const isKnown = (id: number): boolean => models.findByHash(db.read.images.getOwn(id).modelHash)?.problem === null
  if (!ids.every(isKnown)) await models.scan()
}

/** Where in all of them it is. */
function telling(
  { status, note, id }: { status: StatusLine; note: (message: string) => void; id: number },
  at: number,
  count: number,
): { onEvent: (event: GenerationEvent) => void } {
  const tell = (share: number, doing: string): void => {
    status.show([progressBar((at + share) / count), `image ${at + 1}/${count}`, doing].join('  '))
  }
  return {
    onEvent: (event) => {
      if (event.type === 'warning') note(`warning: image ${id}: ${event.message}`)
      if (event.type === 'activity') tell(event.activity === 'decoding' ? 1 : 0, event.activity)
      if (event.type === 'step') tell(event.step / event.stepsPerImage, `step ${event.step}/${event.stepsPerImage}`)
    },
  }
}

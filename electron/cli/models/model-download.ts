/** `reprise models download`: fetches what is not here yet, and goes on where an earlier run ended. */
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { DownloadView, WantedDownload } from '#shared/contract/downloads.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { isInside } from '../../services/data-folder/is-inside.ts'
import type { StudioOptions } from '../add-command.ts'
import { fileSize } from '../format.ts'
import type { CliHost } from '../host.ts'
import { onInterrupt } from '../interrupt.ts'
import { isoTimes } from '../iso-times.ts'
import { printJson, printLine } from '../print.ts'
import { printNote } from '../report-error.ts'
import { createStatusLine } from '../status-line.ts'
import { withGuest } from '../with-guest.ts'
import { createDownloadProgress } from './download-progress.ts'

export interface DownloadOptions extends StudioOptions {
  to?: string
  file?: string[]
  variant?: string
  sha256?: string
}

const LOOK_EVERY_MS = 250
const TELL_EVERY_MS = 1_000

/** Whoever fetches: this process, or a studio that runs on the data folder. Both keep rows, and rows tell how far it is. */
export async function downloadModel(source: string, options: DownloadOptions, host: CliHost): Promise<void> {
  const { to, file: files, variant, sha256 } = options
  const target = to === undefined ? undefined : resolve(host.workingDir, to)
  await withGuest(host, options, async (guest) => {
    const { client } = guest
    const status = createStatusLine(host.stderr)
    const note = (message: string): void => {
      status.around(() => {
        printNote(host, message)
      })
    }
    const first = 'stopping, and the same command goes on with what is here'
    const interrupt = onInterrupt({ note, first, onSecond: status.end })
    try {
      status.show('asking what there is')
      const { id } = await begin({ source, target, files, variant, sha256: sha256?.toLowerCase() }, client)
      const endFetching = guest.fetchDownloads((message) => {
        note(`warning: ${message}`)
      })
      const progress = createDownloadProgress(status, note)
      const json = options.json === true ? jsonTeller(host) : () => undefined
      const ended = await untilEnded(id, client, interrupt.signal, (view) => {
        progress.show(view)
        json(view)
      }).finally(endFetching)
      status.end()
      await verdict(ended, client, { host, json: options.json === true, wasInterrupted: interrupt.signal.aborted })
    } finally {
      status.end()
      interrupt.release()
    }
  })
}

/** One that an earlier run left goes on. @throws {AppError} what `downloads.start` throws */
async function begin(wanted: WantedDownload, { downloads }: ContractClient): Promise<Pick<DownloadView, 'id'>> {
  try {
    return await downloads.start(wanted)
  } catch (error) {
    const { id, state, isSame } = error instanceof AppError ? error.data : {}
    if (typeof id !== 'number' || isSame !== true) throw error
    return state === 'paused' ? await downloads.resume({ id }) : { id }
  }
}

async function untilEnded(
  id: number,
  { downloads }: ContractClient,
  signal: AbortSignal,
  onLook: (view: DownloadView) => void,
): Promise<DownloadView> {
  for (;;) {
    if (signal.aborted) await downloads.pause({ id }).catch(ignoreEnded)
    const view = (await downloads.list({})).find((download) => download.id === id)
    if (view === undefined) {
      throw new AppError('not-found', 'the download was removed from the list by another command: nothing is fetched')
    }
    onLook(view)
    if (view.state !== 'queued' && view.state !== 'running') return view
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** It was done before it could be paused. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'state-conflict') throw error
}

/** A line when it begins, one a second, and one at the end. */
function jsonTeller(host: CliHost): (view: DownloadView) => void {
  let toldMs = -Infinity
  return (view) => {
    const isMoving = view.state === 'queued' || view.state === 'running'
    if (isMoving && performance.now() - toldMs < TELL_EVERY_MS) return
    toldMs = performance.now()
    printJson(host, isoTimes(view))
  }
}

/** @throws {AppError} why it is not here */
async function verdict(
  view: DownloadView,
  { models }: ContractClient,
  { host, json, wasInterrupted }: { host: CliHost; json: boolean; wasInterrupted: boolean },
): Promise<void> {
  const { state, error, name, target, bytesDone, sizeBytes } = view
  if (error !== null) throw AppError.fromWire(error)
  if (state !== 'done') {
    const size = sizeBytes === null ? '' : ` of ${fileSize(sizeBytes)}`
    const how = wasInterrupted ? 'paused' : `${state} by another command`
    throw new AppError(
      'cancelled',
      `${how}: ${fileSize(bytesDone)}${size} are here, and the same command goes on with them`,
    )
  }
  if (json) return
  printLine(host, `${name} is in ${target}`)
  for (const model of (await models.list({})).filter(({ path }) => isInside(target, path))) {
    const what = model.problem === null ? model.architecture : `cannot be used: ${model.problem}`
    printLine(host, `model ${model.id} of the list: ${quoted(model.name)}, ${what}`)
  }
}

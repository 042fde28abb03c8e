/** `reprise models downloads list`, `pause`, `resume`, `cancel` and `remove`: each is one call, and a line about the download as it is then. */
import type { ContractClient } from '#shared/contract/contract.ts'
import type { DownloadView } from '#shared/contract/downloads.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted, fileSize } from '../format.ts'
import type { CliHost } from '../host.ts'
import { isoTimes } from '../iso-times.ts'
import { printJson, printLine } from '../print.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'

export async function listDownloads(options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const downloads = await client.downloads.list({})
    if (options.json === true) {
      for (const view of downloads) printJson(host, isoTimes(view))
      return
    }
    const rows = downloads.map((view) => [String(view.id), view.state, share(view), view.name, view.target])
    if (rows.length > 0) {
      const table = formatTable([['id', 'state', 'here', 'name', 'folder'], ...rows], { columns: host.stdout.columns })
      host.stdout.write(`${table}\n\n`)
    }
    printLine(host, counted(downloads.length, 'download'))
    for (const { id, error } of downloads) {
      if (error !== null) printLine(host, `download ${id} failed: ${error.message} (${error.code})`)
    }
  })
}

export type DownloadChange = 'pause' | 'resume' | 'cancel' | 'remove'

const DONE: Readonly<Record<Exclude<DownloadChange, 'remove'>, string>> = {
  pause: 'is paused',
  resume: 'waits to go on: a studio that runs fetches it, or reprise models download with the same source does',
  cancel: 'is cancelled; finished files stay',
}

export async function changeDownload(
  id: number,
  change: DownloadChange,
  options: StudioOptions,
  host: CliHost,
): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    if (change === 'remove') {
      await client.downloads.remove({ id })
      if (options.json === true) printJson(host, { id, removed: true })
      else printLine(host, `download ${id} is off the list; finished files stay`)
      return
    }
    const view = change === 'resume' ? await goOn(id, client) : await client.downloads[change]({ id })
    if (options.json === true) printJson(host, isoTimes(view))
    else printLine(host, `download ${id} ${DONE[change]}`)
  })
}

/** Whatever kept it from going on. */
async function goOn(id: number, { downloads }: ContractClient): Promise<DownloadView> {
  const state = (await downloads.list({})).find((view) => view.id === id)?.state
  return state === 'failed' || state === 'cancelled' ? downloads.retry({ id }) : downloads.resume({ id })
}

function share({ bytesDone, sizeBytes }: DownloadView): string {
  return sizeBytes === null ? fileSize(bytesDone) : `${fileSize(bytesDone)} of ${fileSize(sizeBytes)}`
}

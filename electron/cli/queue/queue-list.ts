/** `reprise queue list` */
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson, printLine } from '../print.ts'
import type { StudioOptions } from '../add-command.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'
import { JOB_COLUMNS, jobJson, jobRow } from './job-line.ts'

const FINISHED_SHOWN = 10

export async function listQueue(options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client: { jobs } }) => {
    const pending = await jobs.pending({})
    const finished = await jobs.finished({ limit: FINISHED_SHOWN })
    if (options.json === true) {
      for (const job of [...pending, ...finished]) printJson(host, jobJson(job))
      return
    }
    const { isPaused, pauseReason } = await jobs.queueState({})
    if (isPaused) {
      const why = pauseReason === null ? '' : `: ${pauseReason.message} (${pauseReason.code})`
      printLine(host, `The queue is paused${why}. To go on: reprise queue resume`)
    }
    if (pending.length + finished.length === 0) {
      printLine(host, 'Nothing waits. To add something: reprise queue add "mountains at sunset"')
      return
    }
    if (isPaused) printLine(host, '')
    const rows = [JOB_COLUMNS, ...[...pending, ...finished].map(jobRow)]
    host.stdout.write(`${formatTable(rows, { columns: host.stdout.columns })}\n`)
    printLine(host, '')
    const rest = finished.length === 0 ? '' : '; then what finished, the latest first'
    printLine(host, `${counted(pending.length, 'job')} to do${rest}.`)
  })
}

/** `reprise queue show` */
import type { ItemView } from '#shared/contract/jobs.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { StudioOptions } from '../add-command.ts'
import { localTime } from '../format.ts'
import type { CliHost } from '../host.ts'
import { isoTimes } from '../iso-times.ts'
import { hasReader, printJson } from '../print.ts'
import { formatTable } from '../table.ts'
import { terminalSafe } from '../terminal-safe.ts'
import { withGuest } from '../with-guest.ts'
import { jobJson, jobProgress, jobState } from './job-line.ts'

const PAGE = 1_000
const MAX_WARNING_LENGTH = 500

export async function showJob(id: number, options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const job = await client.jobs.get({ id })
    if (options.json === true) {
      printJson(host, jobJson(job))
      for await (const items of itemPages(client, id)) {
        for (const item of items) printJson(host, isoTimes(item))
        if (!(await hasReader(host))) return
      }
      return
    }
    const settings = Object.entries(job.settings).map(([name, value]) => `${name} ${shown(value)}`)
    const facts = [
      ['job', `${job.id}, ${jobState(job)}`],
      ['what', `${job.isReproduction ? 'images made again' : job.kind}, ${jobProgress(job)} done`],
      ['model', job.modelName],
      ['settings', settings.join(', ') || "the model's own"],
      ['added', localTime(job.createdAtMs)],
      ['started', job.startedAtMs === null ? 'not yet' : localTime(job.startedAtMs)],
      ['finished', job.finishedAtMs === null ? 'not yet' : localTime(job.finishedAtMs)],
    ]
    host.stdout.write(`${formatTable(facts)}\n\n`)
    for (const warning of job.warnings)
      host.stdout.write(`${terminalSafe(`warning: ${warning}`, MAX_WARNING_LENGTH)}\n`)
    if (job.warnings.length > 0) host.stdout.write('\n')
    let header = [['item', 'state', 'seed', 'image', 'prompt, or why it failed']]
    for await (const items of itemPages(client, id)) {
      host.stdout.write(`${formatTable([...header, ...items.map(itemRow)], { columns: host.stdout.columns })}\n`)
      header = []
      if (!(await hasReader(host))) return
    }
  })
}

async function* itemPages({ jobs }: ContractClient, jobId: number): AsyncGenerator<ItemView[]> {
  for (let fromIndex = 0; ; fromIndex += PAGE) {
    const items = await jobs.items({ jobId, fromIndex, limit: PAGE })
    if (items.length > 0) yield items
    if (items.length < PAGE) return
  }
}

function itemRow(item: ItemView): string[] {
  const { id, state, seed, imageId, reproducesImageId, prompt, error } = item
  const image = imageId ?? reproducesImageId
  const text = error === null ? prompt : `${error.message} (${error.code})`
  return [String(id), state, seed.toString(), image === null ? '' : String(image), text]
}

/** A size or a place has two numbers: "512 × 768". */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.values(value).join(' × ') : String(value)
}

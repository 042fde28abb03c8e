/** The commands that change jobs: each is one call, and a line about the job as it is then. */
import type { ContractClient } from '#shared/contract/contract.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson, printLine } from '../print.ts'
import { withGuest } from '../with-guest.ts'
import { jobJson } from './job-line.ts'

interface Change {
  /** What can be said of the job afterwards. */
  done: string
  change: (client: ContractClient) => Promise<unknown>
}

export async function changeJob(
  id: number,
  options: StudioOptions,
  host: CliHost,
  { done, change }: Change,
): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    await change(client)
    if (options.json === true) printJson(host, jobJson(await client.jobs.get({ id })))
    else printLine(host, `job ${id} ${done}`)
  })
}

/** Of the whole queue. */
export async function changeQueue(
  options: StudioOptions,
  host: CliHost,
  change: (client: ContractClient) => Promise<unknown>,
): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    await change(client)
    const { isPaused, pauseReason } = await client.jobs.queueState({})
    if (options.json === true) printJson(host, { isPaused, pauseReason })
    else printLine(host, isPaused ? 'the queue is paused' : 'the queue goes on')
  })
}

export async function cancelItem(itemId: number, options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    await client.jobs.cancelItem({ itemId })
    if (options.json === true) printJson(host, { itemId, cancelled: true })
    else printLine(host, `item ${itemId} is cancelled`)
  })
}

export async function retryJob(id: number, options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const { itemCount } = await client.jobs.retry({ id })
    if (options.json === true) printJson(host, { ...jobJson(await client.jobs.get({ id })), retriedCount: itemCount })
    else printLine(host, `job ${id}: ${counted(itemCount, 'image')} will be tried again`)
  })
}

export async function duplicateJob(
  id: number,
  options: StudioOptions & { newSeeds?: boolean },
  host: CliHost,
): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const job = await client.jobs.duplicate({ id, newSeeds: options.newSeeds ?? false })
    if (options.json === true) printJson(host, jobJson(job))
    else printLine(host, `job ${job.id} is the same as job ${id}, at the end of the queue`)
  })
}

export async function removeJob(id: number, options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    await client.jobs.remove({ id })
    if (options.json === true) printJson(host, { id, removed: true })
    else printLine(host, `job ${id} is off the list`)
  })
}

/** `reprise queue add` */
import type { ContractClient } from '#shared/contract/contract.ts'
import type { InputStore } from '../../services/images/input-store.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted } from '../format.ts'
import type { CliHost } from '../host.ts'
import { modelIdOf } from '../models/model-id.ts'
import { pictureItems } from '../picture-items.ts'
import type { PictureOptions } from '../picture-options.ts'
import { pictureSettings } from '../picture-settings.ts'
import { printJson, printLine } from '../print.ts'
import { withGuest } from '../with-guest.ts'
import { jobJson } from './job-line.ts'

export interface QueueAddOptions extends PictureOptions, StudioOptions {
  front?: boolean
}

type NewJob = Parameters<ContractClient['jobs']['add']>[0]

export async function addToQueue(args: readonly string[], options: QueueAddOptions, host: CliHost): Promise<void> {
  const items = await pictureItems(args, options, host)
  await withGuest(host, options, async ({ client, inputs }) => {
    const hashes = await keepInputs(inputs, new Set(items.flatMap(({ inputImage }) => inputImage ?? [])))
    const front = options.front ?? false
    const newJob: NewJob = {
      modelId: await modelIdOf(client, options.model, host),
      settings: pictureSettings(options),
      items: items.map(({ prompt, negativePrompt, seed, inputImage }) => ({
        prompt,
        negativePrompt,
        seed: seed.toString(),
        inputHash: inputImage === undefined ? undefined : hashes.get(inputImage),
      })),
      front,
    }
    const job = await client.jobs.add(newJob)
    if (options.json === true) printJson(host, jobJson(job))
    else {
      const place = front ? 'before all that waits' : 'at the end of the queue'
      printLine(host, `job ${job.id}: ${counted(items.length, 'image')}, ${place}`)
      if (host.stdout.isTTY === true) printLine(host, 'A running studio makes them; without one: reprise queue run')
    }
  })
}

/** @returns hashes by path */
async function keepInputs(inputs: InputStore, paths: ReadonlySet<string>): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (const path of paths) hashes.set(path, (await inputs.addFile(path)).hash)
  return hashes
}

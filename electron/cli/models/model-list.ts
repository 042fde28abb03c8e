/** `reprise models list`, `add`, `remove` and `scan`: all end with the models there are then. */
import { resolve } from 'node:path'
import type { ContractClient } from '#shared/contract/contract.ts'
import type { ModelView } from '#shared/contract/models.ts'
import type { StudioOptions } from '../add-command.ts'
import { counted, fileSize } from '../format.ts'
import type { CliHost } from '../host.ts'
import { isoTimes } from '../iso-times.ts'
import { printJson, printLine } from '../print.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'

const SHOWN_HASH = 10

export function listModels(options: StudioOptions, host: CliHost): Promise<void> {
  return printModels(options, host, ({ models }) => models.list({}))
}

export function scanModels(options: StudioOptions, host: CliHost): Promise<void> {
  return printModels(options, host, ({ models }) => models.scan({}))
}

export function addModels(dir: string, options: StudioOptions, host: CliHost): Promise<void> {
  return printModels(options, host, ({ models }) => models.addFolder({ path: resolve(host.workingDir, dir) }))
}

export function removeModels(dir: string, options: StudioOptions, host: CliHost): Promise<void> {
  return printModels(options, host, ({ models }) => models.removeFolder({ path: resolve(host.workingDir, dir) }))
}

async function printModels(
  options: StudioOptions,
  host: CliHost,
  ask: (client: ContractClient) => Promise<ModelView[]>,
): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const models = await ask(client)
    if (options.json === true) {
      for (const model of models) printJson(host, isoTimes(model))
      return
    }
    const header = ['id', 'name', 'architecture', 'size', 'hash', 'folder']
    const rows = models.map((model) => [
      `${model.id}${model.isDefault ? '*' : ''}`,
      model.name,
      model.architecture,
      model.sizeBytes === 0 ? '' : fileSize(model.sizeBytes),
      model.hash.slice(0, SHOWN_HASH),
      model.path,
    ])
    if (rows.length > 0) host.stdout.write(`${formatTable([header, ...rows], { columns: host.stdout.columns })}\n\n`)
    const isDefaultShown = models.some(({ isDefault }) => isDefault)
    printLine(host, `${counted(models.length, 'model')}${isDefaultShown ? '; * is what jobs take that name none' : ''}`)
    for (const { id, problem } of models) {
      if (problem !== null) printLine(host, `model ${id} cannot be used now: ${problem}`)
    }
  })
}

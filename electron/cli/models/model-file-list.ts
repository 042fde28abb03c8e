/** `reprise models list --files`: the single files of models, as other apps keep them. */
import type { StudioOptions } from '../add-command.ts'
import { counted, fileSize } from '../format.ts'
import type { CliHost } from '../host.ts'
import { isoTimes } from '../iso-times.ts'
import { printJson, printLine } from '../print.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'

export async function listModelFiles(options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client }) => {
    const files = await client.modelFiles.list({})
    if (options.json === true) {
      for (const file of files) printJson(host, isoTimes(file))
      return
    }
    const header = ['kind', 'name', 'architecture', 'size', 'hash', 'path']
    const rows = files.map(({ kind, name, architecture, sizeBytes, autoV2, path }) => [
      kind,
      name,
      architecture,
      sizeBytes === 0 ? '' : fileSize(sizeBytes),
      autoV2 ?? '',
      path,
    ])
    if (rows.length > 0) host.stdout.write(`${formatTable([header, ...rows], { columns: host.stdout.columns })}\n\n`)
    printLine(host, `${counted(files.length, 'file')}; reprise models scan looks through the folders again`)
  })
}

/** `reprise history show` */
import type { ImageDetail } from '#shared/contract/history.ts'
import type { StudioOptions } from '../add-command.ts'
import { fileSize, localTime } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson } from '../print.ts'
import { verdictJson, verdictText } from '../reproduce/verdict-line.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'
import { pathOf } from './history-list.ts'
import { imageJson } from './image-line.ts'

export async function showImage(id: number, options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client, db }, dataDir) => {
    const image = await client.history.get({ id })
    const path = pathOf(db, dataDir, id)
    if (options.json !== true) {
      host.stdout.write(`${formatTable(facts(image, path))}\n`)
      return
    }
    const { tags, collections, verdicts } = image
    printJson(host, {
      ...imageJson(image, path),
      tags: tags.map(({ name }) => name),
      collections: collections.map(({ name }) => name),
      verdicts: verdicts.map(verdictJson),
    })
  })
}

function facts(image: ImageDetail, path: string | null): string[][] {
  const names = (named: readonly { name: string }[]): string => named.map(({ name }) => name).join(', ')
  const rows: [label: string, value: string | undefined][] = [
    ['image', String(image.id)],
    ['made', `${localTime(image.createdAtMs)}, in ${(image.durationMs / 1000).toFixed(1)} s`],
    ['file', `${path ?? '?'}${image.isMissing ? ' (it is gone)' : `, ${fileSize(image.fileSizeBytes)}`}`],
    ['size', `${image.widthPx} × ${image.heightPx}`],
    ['prompt', image.prompt],
    ['negative', image.negativePrompt],
    ['seed', image.seed.toString()],
    [
      'steps',
      `${image.numInferenceSteps}, ${image.scheduler}, sigmas ${image.sigmas}, guidance ${image.guidanceScale}`,
    ],
    ['input', inputOf(image)],
    ['model', `${image.modelName}, ${image.modelHash}`],
    ['engine', `${image.engineVersion} on ${image.provider}, runtime ${image.runtimeVersion}, ${image.precision}`],
    ['pixels', image.pixelHash],
    ['rating', image.rating > 0 ? `${image.rating} of 5` : undefined],
    ['favourite', image.favourite ? 'yes' : undefined],
    ['tags', names(image.tags)],
    ['collections', names(image.collections)],
    ['trash', image.trashedAtMs === undefined ? undefined : `since ${localTime(image.trashedAtMs)}`],
    ...image.verdicts.map((verdict): [string, string] => [
      'made again',
      `${localTime(verdict.createdAtMs)}, ${verdictText(verdict)}`,
    ]),
  ]
  return rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value]]))
}

function inputOf({ inputImageHash, strength, resizeMode }: ImageDetail): string | undefined {
  if (inputImageHash === undefined) return undefined
  return `${inputImageHash}, strength ${strength ?? '?'}, ${resizeMode ?? '?'}`
}

/** `reprise history show` */
import type { ForeignDetail, ImageDetail, OwnDetail } from '#shared/contract/history.ts'
import type { StudioOptions } from '../add-command.ts'
import { fileSize, localTime } from '../format.ts'
import type { CliHost } from '../host.ts'
import { printJson } from '../print.ts'
import { verdictJson, verdictText } from '../reproduce/verdict-line.ts'
import { formatTable } from '../table.ts'
import { withGuest } from '../with-guest.ts'
import { pathOf } from './history-list.ts'
import { imageJson, NOT_KNOWN } from './image-line.ts'
import { originName } from './origin-name.ts'
import { readFacts, type Fact } from './read-facts.ts'

export async function showImage(id: number, options: StudioOptions, host: CliHost): Promise<void> {
  await withGuest(host, options, async ({ client, db, dataDir }) => {
    const image = await client.history.get({ id })
    const path = pathOf(db, dataDir, id)
    if (options.json !== true) {
      host.stdout.write(`${formatTable(facts(image, path))}\n`)
      return
    }
    const { tags, collections, verdicts } = image
    printJson(host, {
      ...imageJson(image, path),
      ...(image.origin !== 'reprise' && { read: readJson(image) }),
      tags: tags.map(({ name }) => name),
      collections: collections.map(({ name }) => name),
      verdicts: verdicts.map(verdictJson),
    })
  })
}

function facts(image: ImageDetail, path: string | null): string[][] {
  const names = (named: readonly { name: string }[]): string => named.map(({ name }) => name).join(', ')
  const rows: Fact[] = [
    ['image', String(image.id)],
    [
      'made',
      image.origin === 'reprise'
        ? `${localTime(image.createdAtMs)}, in ${(image.durationMs / 1000).toFixed(1)} s`
        : `${localTime(image.createdAtMs)} by its file`,
    ],
    ['file', `${path ?? '?'}${image.isMissing ? ' (it is gone)' : `, ${fileSize(image.fileSizeBytes)}`}`],
    ['size', `${image.widthPx} × ${image.heightPx}`],
    ...(image.origin === 'reprise' ? ownFacts(image) : foreignFacts(image)),
    ['pixels', image.pixelHash],
    ['rating', image.rating > 0 ? `${image.rating} of 5` : undefined],
    ['favourite', image.favourite ? 'yes' : undefined],
    ['tags', names(image.tags)],
    ['collections', names(image.collections)],
    ['trash', image.trashedAtMs === undefined ? undefined : `since ${localTime(image.trashedAtMs)}`],
    ...image.verdicts.map((verdict): Fact => [
      'made again',
      `${localTime(verdict.createdAtMs)}, ${verdictText(verdict)}`,
    ]),
  ]
  return rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value]]))
}

function ownFacts(image: OwnDetail): Fact[] {
  return [
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
  ]
}

function foreignFacts({ origin, read }: ForeignDetail): Fact[] {
  const by = origin === 'unknown' ? NOT_KNOWN : originName(origin)
  return [['from', read.program === undefined ? by : `${by}, ${read.program}`], ...readFacts(read)]
}

/** Without what a job would take of it. */
function readJson({ read: { source, program, fields, notUnderstood, raw } }: ForeignDetail): object {
  return { source, program: program ?? null, fields, notUnderstood, raw }
}

function inputOf({ inputImageHash, strength, resizeMode }: OwnDetail): string | undefined {
  if (inputImageHash === undefined) return undefined
  return `${inputImageHash}, strength ${strength ?? '?'}, ${resizeMode ?? '?'}`
}

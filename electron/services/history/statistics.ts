/** What the whole history adds up to, for people. */
import type { z } from 'zod'
import type { StatisticsSchema } from '#shared/contract/history.ts'
import { createdAtOf } from '../../db/image-id.ts'
import type { StatisticsReader } from '../../db/statistics-reader.ts'

type Statistics = z.output<typeof StatisticsSchema>
type Counted = Statistics['models'][number]

const MAX_LISTED = 20
/** As many digits of a model's hash as A1111 shows. */
const SHORT_HASH = 10

/** All but `trashedCount` and `verdicts` is about what is not in the trash. */
export function statistics(reader: StatisticsReader): Statistics {
  const { firstId, lastId, schedulers, kinds, ...totals } = reader.totals()
  const foreign = reader.foreignOrigins()
  const ownCount = totals.imageCount - foreign.reduce((sum, { imageCount }) => sum + imageCount, 0)
  const verdicts = new Map(reader.verdicts().map(({ outcome, count }) => [outcome, count]))
  return {
    ...totals,
    trashedCount: reader.trashedCount(),
    firstAtMs: firstId === null ? null : createdAtOf(firstId),
    lastAtMs: lastId === null ? null : createdAtOf(lastId),
    models: mostUsed(namedModels(reader.models())),
    schedulers: mostUsed(Object.entries(schedulers).map(([name, imageCount]) => ({ name, imageCount }))),
    sizes: mostUsed(
      reader.sizes().map(({ widthPx, heightPx, imageCount }) => ({ name: `${widthPx} × ${heightPx}`, imageCount })),
    ),
    kinds,
    origins: {
      ...(ownCount > 0 && { reprise: ownCount }),
      ...Object.fromEntries(foreign.map(({ origin, imageCount }) => [origin, imageCount])),
    },
    verdicts: {
      bitExact: verdicts.get('bit-exact') ?? 0,
      different: verdicts.get('different') ?? 0,
      failed: verdicts.get('failed') ?? 0,
    },
  }
}

function mostUsed(counted: Counted[]): Counted[] {
  return counted
    .filter(({ imageCount }) => imageCount > 0)
    .sort((a, b) => b.imageCount - a.imageCount || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_LISTED)
}

/** Several models of one name are told apart by their hashes. */
function namedModels(models: ReturnType<StatisticsReader['models']>): Counted[] {
  const ofName = Map.groupBy(models, ({ modelName }) => modelName)
  return models.map(({ modelName, modelHash, imageCount }) => ({
    name:
      modelHash === null || ofName.get(modelName)?.length === 1
        ? modelName
        : `${modelName} (${modelHash.slice(0, SHORT_HASH)})`,
    imageCount,
  }))
}

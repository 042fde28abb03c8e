/** Of several jobs, the one whose images take the most memory, as the studio is asked about it. */
import type { JobGroup } from './group-jobs.ts'

interface Work {
  id?: number
  widthPx?: number
  heightPx?: number
  guidanceScale?: number
  imageCount: number
}

/** Sizes that are left to the model count as small: they are what it was made for. */
export function largestWork(groups: readonly JobGroup[], imagesAtOnce = 1): Work {
  const areaOf = ({ images: [{ settings }] }: JobGroup): number => (settings.widthPx ?? 1) * (settings.heightPx ?? 1)
  const [largest] = groups.toSorted((a, b) => areaOf(b) - areaOf(a)) as (JobGroup | undefined)[]
  if (largest === undefined) return { imageCount: 1 }
  const [{ modelId, settings }] = largest.images
  const { widthPx, heightPx, guidanceScale } = settings
  return {
    ...(modelId === undefined ? {} : { id: modelId }),
    ...(widthPx === undefined ? {} : { widthPx }),
    ...(heightPx === undefined ? {} : { heightPx }),
    ...(guidanceScale === undefined ? {} : { guidanceScale }),
    imageCount: Math.min(imagesAtOnce, largest.images.length),
  }
}

/** What a verdict says in words. */
import type { FileState } from '#shared/contract/reproduce.ts'
import type { ImageSettings } from '#shared/generation.ts'
import type { OwnImage } from '#shared/history.ts'
import type { ProcessorKind } from '#shared/names.ts'
import type { MadeImage } from '../images/image-store.ts'
import { settingsDifference } from './settings-difference.ts'

/** @returns null for an image that is bit-exact, made as it was, with its file as it was */
export function verdictMessage(
  image: OwnImage,
  made: Pick<MadeImage, 'widthPx' | 'heightPx' | 'settings'>,
  isExact: boolean,
  file: FileState,
): string | null {
  const parts = isExact
    ? [environment(image, made.settings, 'no pixel changed, though these did'), EXACT[file]]
    : [
        sizes(image, made),
        processors(image, made.settings),
        environment(image, made.settings, 'not the same as then') ?? unexplained(image, made.settings),
        DIFFERENT[file],
      ]
  const said = parts.filter((part) => part !== undefined)
  return said.length === 0 ? null : said.join('. ')
}

const EXACT: Record<FileState, string | undefined> = {
  'as-made': undefined,
  restored: 'its file was missing or changed, and has been put back',
  missing: 'its file is missing and could not be put back',
  blocked: 'its file is missing, and was not put back: something that is no image file has its name',
  changed: 'its file has other pixels: it was changed after it was made. Restore the file to get it back',
  unreadable: 'its file is damaged or was replaced. Restore the file to get it back',
}

const NO_MEASURE = 'so there is nothing to measure the difference by'

const DIFFERENT: Record<FileState, string | undefined> = {
  'as-made': undefined,
  restored: undefined,
  missing: `its file is missing, ${NO_MEASURE}`,
  blocked: `its file is missing, ${NO_MEASURE}`,
  changed: `its file was changed after it was made and does not have the first pixels any more, ${NO_MEASURE}`,
  unreadable: `its file is damaged or was replaced, ${NO_MEASURE}`,
}

const PROCESSOR_NAMES: Record<ProcessorKind, string> = {
  avx512: 'AVX-512',
  avx2: 'AVX2',
  avx: 'AVX',
  sse: 'SSE2',
  neon: 'NEON',
}

/** Another instruction set adds in another order: by itself it explains small differences. */
function processors(then: ImageSettings, now: ImageSettings): string | undefined {
  if (then.processor === now.processor || now.processor === undefined) return undefined
  const here = PROCESSOR_NAMES[now.processor]
  return then.processor === undefined
    ? `the kind of processor that it was made on was not recorded; this one has ${here}`
    : `it was made on a processor with ${PROCESSOR_NAMES[then.processor]}, this one has ${here}`
}

function unexplained(then: ImageSettings, now: ImageSettings): string | undefined {
  if (processors(then, now) !== undefined) return undefined
  return 'nothing differs that is known to matter: model, settings, versions, provider and precision are the same'
}

function environment(then: ImageSettings, now: ImageSettings, introduction: string): string | undefined {
  const differences = settingsDifference(then, now)
  return differences.length === 0 ? undefined : `${introduction}: ${differences.join('; ')}`
}

function sizes(then: OwnImage, now: { widthPx: number; heightPx: number }): string | undefined {
  if (then.widthPx === now.widthPx && then.heightPx === now.heightPx) return undefined
  return (
    `it has ${now.widthPx} × ${now.heightPx} pixels now and had ${then.widthPx} × ${then.heightPx}: ` +
    'no pixel can be compared with another'
  )
}

/** What a verdict says in words. */
import type { ImageSettings } from '#shared/generation.ts'
import type { OwnImage } from '#shared/history.ts'
import type { MadeImage } from '../images/image-store.ts'
import { settingsDifference } from './settings-difference.ts'
import type { OriginalPixels } from './original-pixels.ts'

/** @returns null for an image that is bit-exact, made as it was, with its file as it was */
export function verdictMessage(
  image: OwnImage,
  made: Pick<MadeImage, 'widthPx' | 'heightPx' | 'settings'>,
  isExact: boolean,
  original: OriginalPixels['state'],
): string | null {
  const parts = isExact
    ? [environment(image, made.settings, 'no pixel changed, though these did'), EXACT[original]]
    : [
        sizes(image, made),
        environment(image, made.settings, 'not the same as then') ??
          'nothing differs that is known to matter: model, settings, versions, provider and precision are the same',
        DIFFERENT[original],
      ]
  const said = parts.filter((part) => part !== undefined)
  return said.length === 0 ? null : said.join('. ')
}

const EXACT: Record<OriginalPixels['state'], string | undefined> = {
  there: undefined,
  missing: 'its file was missing and has been put back',
  changed: 'its file has other pixels: it was changed after it was made. Move it away and make it again to get it back',
  unreadable: 'its file is damaged or was replaced. Move it away and make it again to get it back',
}

const DIFFERENT: Record<OriginalPixels['state'], string | undefined> = {
  there: undefined,
  missing: 'its file is missing, so there is nothing to measure the difference by',
  changed:
    'its file was changed after it was made and does not have the first pixels any more, ' +
    'so there is nothing to measure the difference by',
  unreadable: 'its file is damaged or was replaced, so there is nothing to measure the difference by',
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

/** What a PNG of ours says about itself: settings for other programs, and all of them, exactly, for this one. */
import { stringifyExact } from '#shared/exact-json.ts'
import type { ImageSettings } from '#shared/generation.ts'
import { infotext } from './infotext.ts'

/** Text chunks in order. No path is in the settings, so an image can be passed on as it is. */
export function imageText(settings: ImageSettings): [keyword: string, text: string][] {
  return [
    ['parameters', infotext(settings)],
    ['reprise', stringifyExact(settings)],
  ]
}

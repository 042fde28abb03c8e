/** In words, what a drop will do. */
import * as m from '#renderer/paraglide/messages.js'
import type { Hovering } from './dropped.ts'

export interface DropMeaning {
  readonly title: string
  readonly hint: string
  readonly isText: boolean
}

export function dropMeaning({ pictures, prompts }: Hovering): DropMeaning {
  if (pictures > 0 && prompts > 0) return { title: m.drop_title_mixed(), hint: m.drop_mixed_hint(), isText: false }
  if (pictures > 0) {
    return { title: m.drop_title_pictures({ count: pictures }), hint: m.drop_pictures_hint(), isText: false }
  }
  if (prompts > 0) return { title: m.drop_title_prompts(), hint: m.drop_prompts_hint(), isText: true }
  return { title: m.drop_title_unknown(), hint: m.drop_unknown_hint(), isText: true }
}

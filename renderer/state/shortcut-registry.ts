/**
 * Every shortcut there is: where it works, its keys as long as nobody chose others, and what it is called. Whoever does
 * what it says registers that under its name (`shortcuts.svelte.ts`); the list that people see is made of this.
 */
import * as m from '#renderer/paraglide/messages.js'

/** Where shortcuts work. `images`: wherever images are chosen or looked at. `zoom`: in the viewer and the comparison. */
export const SHORTCUT_SCOPES = [
  'everywhere',
  'batch',
  'image-to-image',
  'images',
  'history',
  'viewer',
  'compare',
  'zoom',
] as const
export type ShortcutScope = (typeof SHORTCUT_SCOPES)[number]

export interface ShortcutEntry {
  readonly scope: ShortcutScope
  /** Any of them; the first is shown in hints. */
  readonly keys: readonly [string, ...string[]]
  readonly label: () => string
  /** Part of how people move about: always these keys. */
  readonly isFixed?: true
}

export const SHORTCUTS = {
  'shell.batch': { scope: 'everywhere', keys: ['mod+1'], label: m.shell_batch },
  'shell.image-to-image': { scope: 'everywhere', keys: ['mod+2'], label: m.shell_image_to_image },
  'shell.history': { scope: 'everywhere', keys: ['mod+3'], label: m.shell_history },
  'shell.models': { scope: 'everywhere', keys: ['mod+4'], label: m.shell_models },
  'shell.settings': { scope: 'everywhere', keys: ['mod+5'], label: m.shell_settings },
  'shell.queue': { scope: 'everywhere', keys: ['q'], label: m.shell_queue_open },
  'shell.paste-settings': { scope: 'everywhere', keys: ['v'], label: m.carried_paste },
  'shell.undo': { scope: 'everywhere', keys: ['mod+z'], label: m.undo, isFixed: true },
  'shell.shortcuts': { scope: 'everywhere', keys: ['?'], label: m.shortcuts_show },
  'numbers.step': { scope: 'everywhere', keys: ['arrowup', 'arrowdown'], label: m.shortcuts_numbers, isFixed: true },
  'numbers.coarse': { scope: 'everywhere', keys: ['shift+arrowup'], label: m.shortcuts_numbers_coarse, isFixed: true },
  'numbers.fine': { scope: 'everywhere', keys: ['alt+arrowup'], label: m.shortcuts_numbers_fine, isFixed: true },

  'batch.generate': { scope: 'batch', keys: ['mod+enter'], label: m.batch_generate_short },
  'batch.move-row': {
    scope: 'batch',
    keys: ['alt+arrowup', 'alt+arrowdown'],
    label: m.shortcuts_move_row,
    isFixed: true,
  },

  'image-to-image.generate': { scope: 'image-to-image', keys: ['mod+enter'], label: m.i2i_generate_none },

  'image.favourite': { scope: 'images', keys: ['f'], label: m.inspector_favourite },
  'image.rate-0': { scope: 'images', keys: ['0'], label: m.inspector_no_rating },
  'image.rate-1': { scope: 'images', keys: ['1'], label: () => m.inspector_rate({ rating: 1 }) },
  'image.rate-2': { scope: 'images', keys: ['2'], label: () => m.inspector_rate({ rating: 2 }) },
  'image.rate-3': { scope: 'images', keys: ['3'], label: () => m.inspector_rate({ rating: 3 }) },
  'image.rate-4': { scope: 'images', keys: ['4'], label: () => m.inspector_rate({ rating: 4 }) },
  'image.rate-5': { scope: 'images', keys: ['5'], label: () => m.inspector_rate({ rating: 5 }) },
  'image.compare': { scope: 'images', keys: ['c'], label: m.inspector_compare },
  'image.reproduce': { scope: 'images', keys: ['r'], label: m.inspector_reproduce },
  'image.input': { scope: 'images', keys: ['i'], label: m.inspector_use_as_input },
  'image.trash': { scope: 'images', keys: ['delete', 'backspace'], label: m.inspector_trash },

  'history.search': { scope: 'history', keys: ['/'], label: m.history_search },
  'history.larger': { scope: 'history', keys: ['plus', '='], label: m.history_larger },
  'history.smaller': { scope: 'history', keys: ['-'], label: m.history_smaller },
  'history.move': {
    scope: 'history',
    keys: ['arrowleft', 'arrowright', 'arrowup', 'arrowdown'],
    label: m.shortcuts_wall_move,
    isFixed: true,
  },
  'history.open': { scope: 'history', keys: ['space', 'enter'], label: m.inspector_open, isFixed: true },
  'history.all': { scope: 'history', keys: ['mod+a'], label: m.shortcuts_wall_all, isFixed: true },

  'viewer.previous': { scope: 'viewer', keys: ['arrowleft', 'pageup'], label: m.viewer_previous, isFixed: true },
  'viewer.next': { scope: 'viewer', keys: ['arrowright', 'pagedown'], label: m.viewer_next, isFixed: true },
  'viewer.settings': { scope: 'viewer', keys: ['s'], label: m.viewer_settings },
  'viewer.close': { scope: 'viewer', keys: ['escape', 'space'], label: m.close, isFixed: true },

  'compare.difference': { scope: 'compare', keys: ['d'], label: m.compare_difference },

  'zoom.in': { scope: 'zoom', keys: ['plus', '='], label: m.viewer_larger },
  'zoom.out': { scope: 'zoom', keys: ['-'], label: m.viewer_smaller },
  'zoom.toggle': { scope: 'zoom', keys: ['z'], label: m.shortcuts_zoom_toggle },
  'zoom.pan': {
    scope: 'zoom',
    keys: ['arrowleft', 'arrowright', 'arrowup', 'arrowdown'],
    label: m.shortcuts_zoom_pan,
    isFixed: true,
  },
  'zoom.pan-far': {
    scope: 'zoom',
    keys: ['shift+arrowleft', 'shift+arrowright', 'shift+arrowup', 'shift+arrowdown'],
    label: m.shortcuts_zoom_pan_far,
    isFixed: true,
  },
} as const satisfies Record<string, ShortcutEntry>

export type ShortcutId = keyof typeof SHORTCUTS
export const SHORTCUT_IDS = Object.keys(SHORTCUTS) as ShortcutId[]

/** Scopes that are there at the same time as each: the same keys in both would mean two things. */
const TOGETHER: Readonly<Record<ShortcutScope, readonly ShortcutScope[]>> = {
  everywhere: SHORTCUT_SCOPES,
  batch: ['everywhere', 'batch', 'images'],
  'image-to-image': ['everywhere', 'image-to-image'],
  images: ['everywhere', 'batch', 'images', 'history', 'viewer', 'zoom'],
  history: ['everywhere', 'images', 'history'],
  viewer: ['everywhere', 'images', 'viewer', 'zoom'],
  compare: ['everywhere', 'compare', 'zoom'],
  zoom: ['everywhere', 'viewer', 'compare', 'zoom', 'images'],
}

export function areTogether(one: ShortcutScope, other: ShortcutScope): boolean {
  return TOGETHER[one].includes(other)
}

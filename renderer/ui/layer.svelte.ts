/**
 * What lies over the page lies over all that was opened before it: a dialog over the viewer, and the viewer over a list
 * in a dialog that leads to it. Where they stand in the document says when they were loaded, not when they were opened.
 */
import { untrack } from 'svelte'

/** Menus, which belong to whatever is on top, have 50 (floating.css). */
const LOWEST = 41

let open: readonly Layer[] = []

/** In a component. */
export class Layer {
  zIndex = $state(LOWEST)

  constructor(isOpen: () => boolean) {
    $effect.pre(() => {
      if (!isOpen()) return
      this.zIndex = untrack(() => Math.max(LOWEST - 1, ...open.map(({ zIndex }) => zIndex)) + 1)
      open = [...open, this]
      return () => {
        open = open.filter((other) => other !== this)
      }
    })
  }
}

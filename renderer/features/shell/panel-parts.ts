/** Panels that are loaded when they are first shown; and what is there whatever panel is shown. */
import type { Component } from 'svelte'
import type { Panel } from '#renderer/state/route.svelte.ts'

interface Module {
  default: Component
}
type Loader = () => Promise<Module>

const panels = import.meta.glob<Module>('../{image-to-image,history,models,settings}/*Panel.svelte')
const inspectors = import.meta.glob<Module>('../inspector/Inspector.svelte')
/** Such as the full-screen viewer and the target for dropped files. */
const everywhere = import.meta.glob<Module>([
  '../{viewer/Viewer,compare/Compare,reproduce/Reproduce}.svelte',
  '../drop/DropTarget.svelte',
])

export function loadPanel(panel: Exclude<Panel, 'batch'>): Promise<Module> | undefined {
  return Object.entries(panels)
    .find(([path]) => path.startsWith(`../${panel}/`))?.[1]
    .call(undefined)
}

/** So that a change of panel waits for nothing, and needs no studio that may be gone by then. */
export function loadAllPanels(): void {
  for (const load of Object.values(panels)) load().catch(() => undefined)
}

export const loadInspector = Object.values(inspectors)[0] as Loader | undefined
export const partsOfAllPanels = Object.values(everywhere).map((load) => load())

/** Progress in the window's title, to be seen while another window is in front. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'
import { panelName } from './panel-name.ts'
import { queueProgress } from '#renderer/state/queue-progress.ts'

export function showProgressInTitle(studio: StudioState): void {
  $effect(() => {
    const progress = queueProgress(studio.jobs)
    const place = `${panelName(studio.route.panel)} – ${m.app_name()}`
    document.title = progress === undefined ? place : `${Math.floor(progress.fraction * 100)} % · ${place}`
  })
}

/** One seed for all prompts, taken from an image. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import * as m from '#renderer/paraglide/messages.js'

export function lockSeed({ batch, toasts }: StudioState, seed: bigint): void {
  const { seedPolicy, firstSeed } = batch
  batch.lockSeed(seed)
  toasts.undo(m.batch_seed_locked({ seed: seed.toString() }), () => {
    Object.assign(batch, { seedPolicy, firstSeed })
  })
}

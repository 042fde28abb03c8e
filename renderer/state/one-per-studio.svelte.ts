/** State that one panel has, and that is still there when somebody comes back to it. */
import type { StudioState } from './studio-state.svelte.ts'

/** @returns gives the one of a studio; it is made when it is first asked for */
export function onePerStudio<Value>(create: (studio: StudioState) => Value): (studio: StudioState) => Value {
  const made = new WeakMap<StudioState, { readonly value: Value }>()
  return (studio) => {
    const known = made.get(studio)
    if (known !== undefined) return known.value
    let value!: Value
    // of no component: what is derived in one goes stale when that ends
    $effect.root(() => {
      value = create(studio)
    })
    made.set(studio, { value })
    return value
  }
}

/** Whether the inspector has a column of its own. */
import { MediaQuery } from 'svelte/reactivity'

export class IsWide extends MediaQuery {
  constructor() {
    super('min-width: 1100px')
  }
}

/** The images that the inspector shows and that actions mean. */

export class Selection {
  ids = $state.raw<readonly number[]>([])
  /** The one that was chosen last. */
  readonly id = $derived(this.ids.at(-1))

  set(...ids: number[]): void {
    this.ids = ids
  }

  toggle(id: number): void {
    this.ids = this.ids.includes(id) ? this.ids.filter((other) => other !== id) : [...this.ids, id]
  }

  has(id: number): boolean {
    return this.ids.includes(id)
  }

  clear(): void {
    this.ids = []
  }
}

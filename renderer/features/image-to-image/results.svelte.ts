/** The images of the jobs that this panel added: waiting, being made, done. The latest job first. */
import type { ItemView } from '#shared/contract/jobs.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'

export class Results {
  readonly #studio: StudioState
  readonly items: readonly ItemView[] = $derived.by(() =>
    this.#studio.imageToImage.form.jobIds.flatMap((id) => this.#studio.jobs.itemsOf(id)),
  )
  /** What somebody chose; else what is being made, what was made last of the picture that is shown, what waits. */
  readonly shown: ItemView | undefined = $derived.by(() => {
    const { shownItemId, form, shown } = this.#studio.imageToImage
    const chosen = this.items.find(({ id }) => id === shownItemId)
    if (chosen !== undefined) return chosen
    const latest = this.items.filter(({ jobId }) => jobId === form.jobIds[0])
    return (
      latest.find(({ state }) => state === 'running') ??
      latest.findLast(({ state, inputHash }) => state === 'done' && inputHash === shown?.hash) ??
      latest.findLast(({ state }) => state === 'done') ??
      latest.at(0)
    )
  })

  constructor(studio: StudioState) {
    this.#studio = studio
  }

  /** Loads what is not loaded yet; jobs that were removed are forgotten. */
  load(): void {
    const { imageToImage, jobs } = this.#studio
    for (const id of imageToImage.form.jobIds) {
      jobs.watch(id).catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'not-found') return
        imageToImage.form.jobIds = imageToImage.form.jobIds.filter((other) => other !== id)
      })
    }
  }
}

/** Keys of the viewer: its own, and those for images, which mean the one that is shown. */
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { reproduceImages } from '#renderer/features/inspector/reproduce-images.ts'
import { toggleFavourite } from '#renderer/features/inspector/toggle-favourite.ts'
import type { ViewedImage } from './viewed-image.svelte.ts'

interface Viewer {
  readonly id: () => number
  readonly viewed: ViewedImage
  readonly toggleSettings: () => void
  readonly within: () => Element
}

const RATINGS = [0, 1, 2, 3, 4, 5] as const

export function registerViewerShortcuts(
  studio: StudioState,
  { id, viewed, toggleSettings, within }: Viewer,
): () => void {
  const { actions, overlays, shortcuts } = studio
  return shortcuts.register(
    {
      id: 'viewer.close',
      within,
      // on a button, Space presses it
      when: () => document.activeElement?.matches('button, a') !== true,
      run: () => {
        overlays.close()
      },
    },
    {
      id: 'viewer.previous',
      within,
      run: () => {
        viewed.step(-1)
      },
    },
    {
      id: 'viewer.next',
      within,
      run: () => {
        viewed.step(1)
      },
    },
    { id: 'viewer.settings', within, run: toggleSettings },
    {
      id: 'image.favourite',
      within,
      run: () => {
        toggleFavourite(studio, [id()])
      },
    },
    ...RATINGS.map((rating) => ({
      id: `image.rate-${rating}` as const,
      within,
      run: () => {
        actions.setRating([id()], rating)
      },
    })),
    {
      id: 'image.reproduce',
      within,
      run: () => {
        reproduceImages(studio, [id()])
      },
    },
    {
      id: 'image.input',
      within,
      run: () => {
        actions.useAsInput([id()])
      },
    },
    {
      id: 'image.trash',
      within,
      run: () => {
        viewed.trashOrRestore()
      },
    },
  )
}

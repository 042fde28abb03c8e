/** Light, dark, or as the system has it: of this browser, not of the studio. */
import { keep, readKept } from './kept.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export class Appearance {
  theme = $state<Theme>(THEMES.find((theme) => theme === readKept('theme')) ?? 'system')

  constructor() {
    this.#show()
  }

  use(theme: Theme): void {
    this.theme = theme
    keep('theme', theme)
    this.#show()
  }

  #show(): void {
    document.documentElement.dataset.theme = this.theme
  }
}

/** One line of a menu. */
import type { Component } from 'svelte'

export interface MenuAction {
  label: string
  run: () => void
  icon?: Component<{ size?: number }>
  /** Its shortcut, to be shown; the shortcut itself is registered elsewhere. */
  keys?: string
  danger?: boolean
  disabled?: boolean
}

export type MenuEntry = MenuAction | 'separator'

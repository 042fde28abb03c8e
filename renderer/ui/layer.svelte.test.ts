// @vitest-environment happy-dom
import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { Layer } from './layer.svelte.ts'

test('what was opened last is on top, whatever was opened and closed before', () => {
  const isOpen = $state({ viewer: false, dialog: false })
  let viewer!: Layer
  let dialog!: Layer
  const end = $effect.root(() => {
    dialog = new Layer(() => isOpen.dialog)
    viewer = new Layer(() => isOpen.viewer)
  })
  const open = (name: keyof typeof isOpen, next: boolean): void => {
    isOpen[name] = next
    flushSync()
  }
  open('viewer', true)
  open('dialog', true)
  expect(dialog.zIndex).toBeGreaterThan(viewer.zIndex)
  open('viewer', false)
  open('viewer', true)
  expect(viewer.zIndex).toBeGreaterThan(dialog.zIndex)
  open('dialog', false)
  open('viewer', false)
  // and back at the bottom, below every menu
  open('dialog', true)
  expect(dialog.zIndex).toBe(41)
  end()
})

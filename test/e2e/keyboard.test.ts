/** The main job without a mouse: from the open page to a finished image, full screen, and back. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually, openWindow, serveStudio, test } from './e2e.ts'

interface Focused {
  readonly name: string
  readonly isVisible: boolean
}

/** What has the focus, and whether a person sees that. */
function focused(page: Page): Promise<Focused> {
  return page
    .locator(':focus')
    .first()
    .evaluate((element: object) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle: (element: unknown) => Record<string, string>
      }
      const { ariaLabel, textContent, parentElement } = element as {
        ariaLabel: string | null
        textContent: string | null
        parentElement: unknown
      }
      const hasRing = (of: unknown): boolean => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(of)
        return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
      }
      return {
        name: ariaLabel ?? (textContent ?? '').trim(),
        isVisible: hasRing(element) || hasRing(parentElement),
      }
    })
}

/** Tab until something has the focus; on the way the focus must be seen wherever it is. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    expect(now.isVisible, `the focus is seen on “${now.name}”`).toBe(true)
    if (typeof name === 'string' ? now.name === name : name.test(now.name)) return
    passed.push(now.name)
  }
  throw new Error(`Tab does not lead to ${String(name)}, but to: ${passed.join(', ')}`)
}

test('from the open page to a finished image, full screen, with keys alone', async () => {
  const studio = await serveStudio()
  const page = await openWindow(studio)
  await tabTo(page, 'Steps')
  await page.keyboard.type('4')
  await tabTo(page, 'Images per prompt')
  await page.keyboard.type('2')
  await tabTo(page, 'Prompt 1')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('mountains at sunset')
  // Enter begins the next prompt
  await page.keyboard.press('Enter')
  await page.keyboard.type('the sea at night')
  await page.getByRole('button', { name: 'Generate 4 images' }).waitFor()
  await page.keyboard.press('ControlOrMeta+Enter')
  await eventually(() => page.getByRole('button', { name: /^Image of “/ }).count()).toBe(4)

  await tabTo(page, /^Image of “the sea at night”/)
  await page.keyboard.press('Space')
  const viewer = page.getByRole('dialog', { name: 'Image' })
  await viewer.getByRole('img', { name: 'the sea at night' }).waitFor()
  await page.keyboard.press('ArrowLeft')
  await viewer.getByRole('img', { name: 'mountains at sunset' }).waitFor()
  await page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'detached' })

  // and over to the history, where arrows go from image to image
  await page.keyboard.press('ControlOrMeta+3')
  await page.getByRole('gridcell').nth(3).waitFor()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('r')
  await page.getByRole('dialog', { name: 'Reproduce' }).getByText('Bit-exact, same pixels').waitFor()
})

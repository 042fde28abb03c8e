import { afterEach, expect, test, vi } from 'vitest'
import { copyText } from './copy-text.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A page without a certificate. @param answers whether its browser has the copy command */
function plainPage(answers: boolean): string[] {
  const copied: string[] = []
  const listeners = new Set<(event: unknown) => void>()
  vi.stubGlobal('isSecureContext', false)
  vi.stubGlobal('addEventListener', (_type: string, listener: (event: unknown) => void) => listeners.add(listener))
  vi.stubGlobal('removeEventListener', (_type: string, listener: (event: unknown) => void) =>
    listeners.delete(listener),
  )
  const event = {
    clipboardData: { setData: (_type: string, text: string) => copied.push(text) },
    preventDefault: () => undefined,
    stopImmediatePropagation: () => undefined,
  }
  const execCommand = (): boolean => {
    if (answers) for (const listener of listeners) listener(event)
    return answers
  }
  vi.stubGlobal('document', { execCommand })
  return copied
}

test('a page without a certificate copies by the command, once for each call', async () => {
  const copied = plainPage(true)
  await copyText('a red boat')
  await copyText('7')
  expect(copied).toEqual(['a red boat', '7'])
})

test('what the browser does not allow is told, with a way out', async () => {
  plainPage(false)
  await expect(copyText('7')).rejects.toMatchObject({ code: 'state-conflict', message: /copy it by hand/ })
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('not allowed')) } })
  await expect(copyText('7')).rejects.toMatchObject({ code: 'state-conflict' })
})

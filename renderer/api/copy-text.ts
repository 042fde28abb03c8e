/**
 * Text to the clipboard. Browsers keep its API from pages without a certificate, which a studio in the own network mostly
 * is; there the copy command is left, whose event says what is copied, so that nothing loses the focus or its selection.
 */
import { AppError } from '#shared/errors.ts'

/** @throws {AppError} `state-conflict` if the browser does not let the page copy */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) {
    await navigator.clipboard.writeText(text).catch(refused)
    return
  }
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  addEventListener('copy', put, { capture: true })
  // declared as outdated, and without a successor on such pages
  const page: { execCommand: (command: string) => boolean } = document
  const isDone = page.execCommand('copy')
  removeEventListener('copy', put, { capture: true })
  if (!isDone) refused(undefined)
}

function refused(cause: unknown): never {
  throw new AppError('state-conflict', 'the browser does not let this page copy: select the text and copy it by hand', {
    cause,
  })
}

/** The only way into main from a window: each message is taken from the app's own page alone. */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { CallAnswer } from '#shared/contract/desktop-bridge.ts'
import { AppError } from '#shared/errors.ts'
import { isAppAddress } from './app-address.ts'

/**
 * @param run its result is the answer's output, what it throws the answer's error
 * @param contents of the app's window, if there is one
 */
export function handle(
  channel: string,
  contents: () => WebContents | undefined,
  run: (...args: unknown[]) => unknown,
): void {
  ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<CallAnswer> => {
    try {
      requireOwnPage(event, contents())
      return { output: await run(...args) }
    } catch (error) {
      return { error: AppError.from(error).toPrivateWire() }
    }
  })
}

/** @throws {AppError} `origin-refused` */
function requireOwnPage({ sender, senderFrame }: IpcMainInvokeEvent, own: WebContents | undefined): void {
  // a frame that is gone or inside another one has nothing to say
  const isPage = senderFrame !== null && senderFrame.parent === null && isAppAddress(senderFrame.url)
  if (isPage && sender === own) return
  throw new AppError('origin-refused', 'the message did not come from the app’s own page')
}

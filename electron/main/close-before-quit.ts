/** The app ends when the studio is closed: after the step in hand, or after a while without it. */
import { app } from 'electron'

/**
 * Steps of large models on slow machines take longer. Nothing is lost then: what was not finished is in the queue, and
 * every image that was finished is on disk.
 */
const CLOSE_LIMIT_MS = 15_000

/** @param close called once */
export function closeBeforeQuit(close: () => Promise<void>, limitMs = CLOSE_LIMIT_MS): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  app.on('will-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs))
    const closed = close().catch(() => undefined)
    void Promise.race([closed, limit]).then(() => {
      state = 'closed'
      app.quit()
    })
  })
}

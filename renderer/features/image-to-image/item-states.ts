/** States of an item in words. */
import type { ItemView } from '#shared/contract/jobs.ts'
import * as m from '#renderer/paraglide/messages.js'

export const itemStates: Record<ItemView['state'], () => string> = {
  queued: m.i2i_state_queued,
  running: m.i2i_state_running,
  done: m.i2i_state_done,
  failed: m.i2i_state_failed,
  cancelled: m.i2i_state_cancelled,
  'set-aside': m.i2i_state_set_aside,
}

/** What the engine is at, for people. */
import type { JobProgress } from '#shared/contract/jobs.ts'
import * as m from '#renderer/paraglide/messages.js'

export function activityText({ activity, step, stepsPerImage }: JobProgress): string {
  if (activity === 'denoising') return m.queue_step({ step, count: stepsPerImage })
  if (activity === 'loading') return m.queue_loading()
  return activity === 'encoding' ? m.batch_activity_encoding() : m.batch_activity_decoding()
}

/** One image of the history, made again and judged. */
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError } from '#shared/errors.ts'
import type { VerdictRecord } from '../../db/verdicts-reader.ts'
import type { MadeImage } from '../../services/images/image-store.ts'
import type { GuestStudio } from '../../services/studio/open-guest.ts'

interface MakeAgainContext {
  guest: Pick<GuestStudio, 'reproduction' | 'engine'>
  signal: AbortSignal
  onEvent: (event: GenerationEvent) => void
}

/** @throws {AppError} `cancelled`, and what keeps a verdict from being stored; what fails the image is a verdict */
export async function makeAgain(imageId: number, context: MakeAgainContext): Promise<VerdictRecord> {
  const { reproduction } = context.guest
  const beganMs = performance.now()
  const made = await compute(imageId, context).catch((error: unknown) => AppError.from(error))
  if (!(made instanceof AppError)) return reproduction.finish(imageId, made)
  if (context.signal.aborted) throw new AppError('cancelled', 'stopped: the image in hand was not made again')
  return reproduction.fail(imageId, made, Math.round(performance.now() - beganMs))
}

async function compute(imageId: number, { guest, signal, onEvent }: MakeAgainContext): Promise<MadeImage> {
  const request = guest.reproduction.request(imageId)
  const made: MadeImage[] = []
  await guest.engine.generate(request, {
    signal,
    onEvent: (event) => {
      onEvent(event)
      if (event.type === 'image') made.push(event)
    },
  })
  if (made.length !== 1) throw new AppError('engine-protocol', `the engine made ${made.length} images instead of one`)
  return made[0]
}

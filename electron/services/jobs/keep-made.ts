/** Keeps what the engine made: an image in the history, or the verdict on one that was made again. */
import type { JobItemRecord } from '../../db/job-record.ts'
import type { EventBus } from '../events/event-bus.ts'
import { imageView } from '../history/image-view.ts'
import type { ImageStore, MadeImage } from '../images/image-store.ts'
import { itemFileName } from '../images/item-file-name.ts'
import type { Reproduction } from '../reproduce/reproduction.ts'
import { imageToMakeAgain } from './batch-request.ts'
import type { Batch } from './take-batch.ts'
import { unlessDecided } from './unless-decided.ts'

export interface Keepers {
  readonly bus: EventBus
  readonly store: Pick<ImageStore, 'save'>
  readonly reproduction: Pick<Reproduction, 'finish'>
}

/**
 * In one transaction with the end of its item; an image whose item was cancelled meanwhile is kept without it.
 *
 * @throws {AppError} what the store throws: nothing is kept then
 */
export async function keepMade(
  { bus, store, reproduction }: Keepers,
  { job }: Batch,
  item: JobItemRecord,
  made: MadeImage,
): Promise<void> {
  if (job.isReproduction) {
    await reproduction.finish(imageToMakeAgain(item), made, (write, verdictId) => {
      unlessDecided(() => {
        write.jobItems.finishWithVerdict(item.id, verdictId, Date.now())
      })
    })
    return
  }
  const place = { name: itemFileName(item), dayMs: job.createdAtMs }
  const image = await store.save(made, place, (write, imageId) => {
    unlessDecided(() => {
      write.jobItems.finish(item.id, imageId, Date.now())
    })
  })
  bus.emit('image.added', { image: imageView(image) })
}

/**
 * For tests, a process of its own: takes up the first waiting item, saves an image for it, says `placed` when the
 * file has its name and nothing is committed, and stops there until it is killed.
 */
import { writeSync } from 'node:fs'
import { openDatabase } from '../../../db/open-database.ts'
import { ImageStore } from '../../images/image-store.ts'
import { itemFileName } from '../../images/item-file-name.ts'
import { sampleMade } from '../../images/testing/sample-made.ts'

const dataDir = process.argv[2]
const db = openDatabase(dataDir, { role: 'owner' })
const [item] = db.read.jobItems.next(1)
db.transaction((write) => {
  write.jobItems.start(item.id, Date.now())
})
const { prompt, negativePrompt, seed } = item
const place = { name: itemFileName(item), dayMs: db.read.jobs.get(item.jobId).createdAtMs }
await new ImageStore({ db, dataDir }).save(sampleMade({ prompt, negativePrompt, seed }), place, (write, imageId) => {
  write.jobItems.finish(item.id, imageId, Date.now())
  writeSync(1, 'placed\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})

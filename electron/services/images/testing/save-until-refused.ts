/** For tests, a process of its own: saves images of a size into a data folder, and prints what refuses the last one. */
import { AppError } from '#shared/errors.ts'
import { openDatabase } from '../../../db/open-database.ts'
import { ImageStore } from '../image-store.ts'
import { sampleMade } from './sample-made.ts'

const [, , dataDir, side] = process.argv
const db = openDatabase(dataDir, { role: 'guest' })
const store = new ImageStore({ db, dataDir })
try {
  for (let index = 0; index < 1000; index++) {
    const made = sampleMade({ widthPx: Number(side), heightPx: Number(side) })
    for (let at = 0; at < made.pixels.length; at++) made.pixels[at] = Math.floor(Math.random() * 256)
    await store.save(made, { name: `1-${String(index).padStart(4, '0')}`, dayMs: Date.UTC(2026, 10, 21) })
  }
} catch (error) {
  const { code, data } = AppError.from(error)
  console.log(`${code}: ${String(data.systemCode ?? data.sqliteCode)}`)
}
db.close()

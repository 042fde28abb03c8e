/** For tests, as a process of its own that can be killed: fetches what the data folder's rows ask for, then ends. */
import { openDatabase } from '../../../db/open-database.ts'
import { EventBus } from '../../events/event-bus.ts'
import { DownloadRunner } from '../download-runner.ts'

const dataDir = process.argv[2]
const db = openDatabase(dataDir)
const bus = new EventBus()
const models = { addFolder: () => Promise.resolve([]) }
const runner = new DownloadRunner({ db, bus, dataDir, models, proxyEnv: {}, limits: { spareBytes: 0 } })
bus.listen(() => {
  if (db.read.downloads.pending().length > 0) return
  void runner.close().then(() => {
    db.close()
  })
})
runner.start()

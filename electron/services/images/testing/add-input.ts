/** For tests, a process of its own: adds a file to the inputs of a data folder. */
import { openDatabase } from '../../../db/open-database.ts'
import { InputStore } from '../input-store.ts'

const [, , dataDir, file] = process.argv
const db = openDatabase(dataDir, { role: 'guest' })
await new InputStore({ db, dataDir }).addFile(file)
db.close()

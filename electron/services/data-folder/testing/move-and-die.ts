/** For tests: moves a data folder and is killed, as by a power cut, at a step. `from to stage done [without links]` */
import { moveDataFolder } from '../move-data-folder.ts'

const [from, to, dieInStage, dieAt, ...withoutLinks] = process.argv.slice(2)
await moveDataFolder({
  from,
  to,
  ...(withoutLinks.length > 0 && { linkFile: () => Promise.reject(new Error('no links here')) }),
  onProgress: ({ stage, done }) => {
    if (stage === dieInStage && done === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
  },
})

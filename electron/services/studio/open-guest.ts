/**
 * Everything of the studio but the running of the queue, for the time of one command: beside a studio that runs, or
 * without one (docs/adr/0006-owner-and-guests.md).
 */
import { createClient } from '#shared/contract/client.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import { AppError } from '#shared/errors.ts'
import { openDatabase } from '../../db/open-database.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { EngineSupervisor } from '../../supervisor/engine-supervisor.ts'
import { createRouter } from '../contract/router.ts'
import { resolveDataDir } from '../data-folder/moved-note.ts'
import { runDoctor } from '../doctor/run-doctor.ts'
import { DownloadRunner } from '../downloads/download-runner.ts'
import { hubAccess } from '../downloads/hub-access.ts'
import { EventBus } from '../events/event-bus.ts'
import type { StudioOptions } from './open-studio.ts'
import { createServices, type Services } from './services.ts'
import { createStudioHandlers } from './studio-handlers.ts'
import { watchOthers } from './watch-others.ts'

export interface GuestStudio extends Pick<Services, 'settings' | 'models' | 'store' | 'inputs' | 'reproduction'> {
  /** The folder in use. */
  readonly dataDir: string
  /** In process, over the same router. */
  readonly client: ContractClient
  readonly db: StudioDatabase
  /** An engine of its own, started when it is asked for something. */
  readonly engine: EngineSupervisor
  /**
   * Fetches downloads until it is ended, or lets the process do it that does so already.
   * @returns what ends it; resolves when the models that came are in the list
   */
  fetchDownloads(onProblem: (message: string) => void): () => Promise<void>
  close(): Promise<void>
}

/** @throws {AppError} `database-corrupt`, `database-newer`, `disk-full`, `output-not-writable`, `not-found` */
export function openGuest({ starterModelDir, startChild, ...options }: StudioOptions): GuestStudio {
  const dataDir = resolveDataDir(options.dataDir)
  const db = openDatabase(dataDir, { role: 'guest' })
  const bus = new EventBus()
  const engine = new EngineSupervisor({ startChild })
  const hub = hubAccess()
  const { handlers, settings, models, store, inputs, reproduction, downloads } = createServices({
    db,
    dataDir,
    bus,
    starterModelDir,
    engine,
    hub,
  })
  const router = createRouter({
    ...handlers,
    studio: createStudioHandlers({
      epoch: bus.epoch,
      startupNotes: [],
      engineState: () => engine.state,
      freeEngine: () => {
        throw new AppError('state-conflict', 'a command has no engine to give back: ask the studio that runs')
      },
      doctor: () => runDoctor({ dataDir, starterModelDir, startChild, db }),
    }),
  })
  return {
    dataDir,
    client: createClient((name, input) => router.call(name, input)),
    db,
    engine,
    settings,
    models,
    store,
    inputs,
    reproduction,
    fetchDownloads(onProblem) {
      const runner = new DownloadRunner({ db, bus, dataDir, models, downloads, ...hub })
      const stopListening = bus.listen((event) => {
        if (event.name === 'warning') onProblem(event.payload.message)
      })
      const stopWatching = watchOthers({
        db,
        onChange: () => void runner.wake(),
        onProblem: ({ message }) => {
          onProblem(message)
        },
      })
      runner.start()
      return async () => {
        stopWatching()
        // another command may just have cancelled what it fetched
        await runner.wake()
        await runner.close()
        await runner.added
        stopListening()
      }
    },
    async close() {
      await engine.close()
      db.close()
    },
  }
}

/**
 * The studio: owner of a data folder, which runs the queue until it is closed. Hosts (web server, desktop app,
 * command line) open one and connect their transport to its router, bus and files.
 */
import { createClient } from '#shared/contract/client.ts'
import type { ContractClient } from '#shared/contract/contract.ts'
import { AppError } from '#shared/errors.ts'
import { EngineSupervisor } from '../../supervisor/engine-supervisor.ts'
import type { ChildHandle } from '../../supervisor/child-handle.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import { openStudioDatabase } from '../backups/open-studio-database.ts'
import { createRouter, type Router } from '../contract/router.ts'
import { resolveDataDir } from '../data-folder/moved-note.ts'
import { runDoctor } from '../doctor/run-doctor.ts'
import { DownloadRunner } from '../downloads/download-runner.ts'
import { hubAccess, type KeptToken } from '../downloads/hub-access.ts'
import { EventBus } from '../events/event-bus.ts'
import { QueueRunner } from '../jobs/queue-runner.ts'
import { ModelFileHasher } from '../models/model-file-hasher.ts'
import { closeAll, type End } from './close-all.ts'
import { createServices, type Services } from './services.ts'
import { createStudioFiles, type StudioFiles } from './studio-files.ts'
import { createStudioHandlers } from './studio-handlers.ts'
import { watchOthers } from './watch-others.ts'

export interface StudioOptions {
  /** Where it is, or was before it was moved. */
  readonly dataDir: string
  readonly starterModelDir: string
  readonly startChild: () => ChildHandle
  /** Tokens of hubs that the host keeps for the person. */
  readonly keptToken?: KeptToken | undefined
}

export interface Studio extends Pick<Services, 'store' | 'inputs'> {
  readonly router: Router
  /** In process, over the same router. */
  readonly client: ContractClient
  readonly bus: EventBus
  readonly files: StudioFiles
  /** The folder in use. */
  readonly dataDir: string
  /** What the start found and mended, for people. */
  readonly startupNotes: readonly string[]
  /** Stops between two steps; images that were made are kept, what is not finished waits for the next start. */
  close(): Promise<void>
}

/**
 * @throws {AppError} `data-folder-busy` (another studio), `database-corrupt` (and no backup), `database-newer`,
 *   `disk-full`, `output-not-writable`, `not-found` (the folder was moved to a disk that is not there)
 */
export async function openStudio({
  starterModelDir,
  startChild,
  keptToken,
  ...options
}: StudioOptions): Promise<Studio> {
  const dataDir = resolveDataDir(options.dataDir)
  const { db, notes } = await openStudioDatabase(dataDir)
  const ends: End[] = [
    () => {
      db.close()
    },
  ]
  try {
    return start({ db, notes, dataDir, starterModelDir, startChild, keptToken }, ends)
  } catch (error) {
    await closeAll(ends)
    throw error
  }
}

interface Opened extends StudioOptions {
  readonly db: StudioDatabase
  readonly notes: readonly string[]
}

/** @param ends what has to be ended, the last first */
function start({ db, notes, dataDir, starterModelDir, startChild, keptToken }: Opened, ends: End[]): Studio {
  const bus = new EventBus()
  const hub = hubAccess({ keptToken })
  const engine = new EngineSupervisor({
    startChild,
    idleMs: () => settings.get().engineIdleMinutes * 60_000,
    onState: (state) => {
      bus.emit('engine.changed', state)
    },
  })
  ends.push(() => engine.close())
  const services = createServices({ db, dataDir, bus, starterModelDir, engine, hub })
  const { settings, models, store, inputs, reproduction, backups, downloads } = services
  const warn = (what: string, error: unknown): void => {
    bus.emit('warning', { message: `${what}: ${AppError.from(error).message}` })
  }
  const router = createRouter({
    ...services.handlers,
    studio: createStudioHandlers({
      epoch: bus.epoch,
      startupNotes: notes,
      engineState: () => engine.state,
      freeEngine: () => engine.free(),
      doctor: () => runDoctor({ dataDir, starterModelDir, startChild, db }),
    }),
  })

  const runner = new QueueRunner({ db, bus, engine, store, inputs, settings, reproduction })
  const downloadRunner = new DownloadRunner({ db, bus, dataDir, models, downloads, ...hub })
  const isBusy = (): boolean => engine.state.state === 'busy' || engine.state.state === 'starting'
  const hasher = new ModelFileHasher({ db, bus, files: models.files, isBusy })
  const stopWatching = watchOthers({
    db,
    onChange: () => {
      runner.wake()
      settings.refresh()
      bus.emit('data.changed', {})
      downloadRunner.wake().catch((error: unknown) => {
        warn('downloads could not be looked at', error)
      })
    },
    onProblem: (error) => {
      warn('the database could not be read', error)
    },
  })
  const scan = models.scan().catch((error: unknown) => {
    warn('the folders of models could not be looked through', error)
  })
  // after the engine, whose end cuts it short
  ends.splice(
    1,
    0,
    () => scan,
    () => downloadRunner.added,
  )
  ends.push(
    () => hasher.close(),
    () => downloadRunner.close(),
    () => runner.close(),
    () => {
      backups.close()
    },
    stopWatching,
  )
  backups.start()
  runner.start()
  downloadRunner.start()
  hasher.start()

  let closing: Promise<void> | undefined
  return {
    router,
    client: createClient((name, input) => router.call(name, input)),
    bus,
    files: createStudioFiles({ db, dataDir, store, inputs }),
    dataDir,
    startupNotes: notes,
    store,
    inputs,
    close: () => (closing ??= closeAll(ends)),
  }
}

/**
 * The services over one data folder, put together: what the studio that runs the queue shares with the commands that
 * work beside it.
 */
import type { ContractHandlers } from '#shared/contract/contract.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { EngineSupervisor } from '../../supervisor/engine-supervisor.ts'
import { BackupSchedule } from '../backups/backup-schedule.ts'
import { createDownloadsHandlers } from '../downloads/downloads-handlers.ts'
import { DownloadsService } from '../downloads/downloads-service.ts'
import type { HubAccess } from '../downloads/hub-access.ts'
import type { EventBus } from '../events/event-bus.ts'
import { createHistoryHandlers } from '../history/history-handlers.ts'
import { createInputsHandlers } from '../images/inputs-handlers.ts'
import { ImageStore } from '../images/image-store.ts'
import { InputStore } from '../images/input-store.ts'
import { createJobsHandlers } from '../jobs/jobs-handlers.ts'
import { JobsService } from '../jobs/jobs-service.ts'
import { createMetadataHandlers } from '../metadata/metadata-handlers.ts'
import { createModelFilesHandlers } from '../models/model-files-handlers.ts'
import { createModelsHandlers } from '../models/models-handlers.ts'
import { ModelsService } from '../models/models-service.ts'
import { createCollectionsHandlers } from '../organize/collections-handlers.ts'
import { createTagsHandlers } from '../organize/tags-handlers.ts'
import { createPresetsHandlers } from '../presets/presets-handlers.ts'
import { createReproduceHandlers } from '../reproduce/reproduce-handlers.ts'
import { Reproduction } from '../reproduce/reproduction.ts'
import { createSettingsHandlers } from '../settings/settings-handlers.ts'
import { SettingsService } from '../settings/settings-service.ts'

export interface Foundations {
  readonly db: StudioDatabase
  readonly dataDir: string
  readonly bus: EventBus
  readonly starterModelDir: string
  readonly engine: Pick<EngineSupervisor, 'inspect'>
  readonly hub: HubAccess
}

export interface Services {
  readonly settings: SettingsService
  readonly models: ModelsService
  readonly store: ImageStore
  readonly inputs: InputStore
  readonly reproduction: Reproduction
  readonly jobs: JobsService
  readonly downloads: DownloadsService
  /** Not started: daily ones are the owner's. */
  readonly backups: BackupSchedule
  /** All areas but the studio's own, which differ. */
  readonly handlers: Omit<ContractHandlers, 'studio'>
}

export function createServices({ db, dataDir, bus, starterModelDir, engine, hub }: Foundations): Services {
  const settings = new SettingsService({ db, bus })
  const models = new ModelsService({
    db,
    bus,
    settings,
    starterModelDir,
    inspect: (modelDir) => engine.inspect(modelDir),
  })
  const store = new ImageStore({ db, dataDir })
  const inputs = new InputStore({ db, dataDir })
  const reproduction = new Reproduction({ db, dataDir, bus, store, inputs, models })
  const backups = new BackupSchedule({
    db,
    dataDir,
    onProblem: ({ message }) => {
      bus.emit('warning', { message: `the database could not be backed up: ${message}` })
    },
  })
  const downloads = new DownloadsService({ db, bus, dataDir, ...hub })
  const jobs = new JobsService({ db, bus, models, inputs })
  return {
    settings,
    models,
    store,
    inputs,
    reproduction,
    jobs,
    downloads,
    backups,
    handlers: {
      jobs: createJobsHandlers(jobs),
      history: createHistoryHandlers({ db, bus, store, backups, models }),
      tags: createTagsHandlers({ db, bus }),
      collections: createCollectionsHandlers({ db, bus }),
      presets: createPresetsHandlers({ db, bus }),
      reproduce: createReproduceHandlers({ db, bus, reproduction, jobs }),
      models: createModelsHandlers(models),
      modelFiles: createModelFilesHandlers(models.files),
      downloads: createDownloadsHandlers(downloads),
      inputs: createInputsHandlers(inputs),
      metadata: createMetadataHandlers({ db, dataDir, bus, models }),
      settings: createSettingsHandlers(settings),
    },
  }
}

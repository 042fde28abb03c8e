/** For tests of the queue: a studio that has nothing but its queue, on a real database, with an engine to tell what to do. */
import { SettingsSchema, type Settings } from '#shared/contract/settings.ts'
import type { ItemView, NewJob } from '#shared/contract/jobs.ts'
import type { ModelView } from '#shared/contract/models.ts'
import type { AppError } from '#shared/errors.ts'
import type { OwnImage } from '#shared/history.ts'
import { notFound } from '../../../db/not-found.ts'
import type { StudioDatabase, Writers } from '../../../db/studio-database.ts'
import { cleanUp, openTemporary, sampleImage, temporaryFolder } from '../../../db/testing/studio-folder.ts'
import { EventBus, type NumberedEvent } from '../../events/event-bus.ts'
import type { MadeImage } from '../../images/image-store.ts'
import { JobsService } from '../jobs-service.ts'
import { QueueRunner, type QueueRunnerOptions } from '../queue-runner.ts'
import { FakeEngine } from './fake-engine.ts'

const runners: QueueRunner[] = []

/** After each test. */
export async function closeQueues(): Promise<void> {
  for (const runner of runners.splice(0)) await runner.close()
  cleanUp()
}

export const MODEL_DIR = '/models/starter'

/** Keeps rows and no files. */
export class FakeStore {
  readonly #db: StudioDatabase
  /** What `save` fails with, for as long as it is set. */
  error: AppError | undefined
  /** What `save` waits for. */
  until: Promise<unknown> = Promise.resolve()
  readonly names: string[] = []

  constructor(db: StudioDatabase) {
    this.#db = db
  }

  async save(
    made: MadeImage,
    { name }: { name: string },
    alsoCommit?: (write: Writers, imageId: number) => void,
  ): Promise<OwnImage> {
    await this.until
    if (this.error !== undefined) throw this.error
    this.names.push(name)
    const { fileName } = sampleImage()
    const id = this.#db.transaction((write) => {
      const imageId = write.images.add({
        ...made.settings,
        ...made,
        createdAtMs: Date.now(),
        fileName,
        fileSizeBytes: 1,
      })
      alsoCommit?.(write, imageId)
      return imageId
    })
    return this.#db.read.images.getOwn(id)
  }
}

export interface Queue {
  readonly dataDir: string
  readonly db: StudioDatabase
  readonly bus: EventBus
  readonly events: NumberedEvent[]
  readonly jobs: JobsService
  readonly runner: QueueRunner
  readonly engine: FakeEngine
  readonly store: FakeStore
  readonly settings: Settings
  add(prompts: string[], changes?: Partial<NewJob>): number
  items(jobId: number): ItemView[]
  /** `a:done b:queued`, in the order of the request. */
  states(jobId: number): string
  /** Resolves when it holds; looks after every event. */
  until(holds: () => boolean): Promise<void>
}

/** The runner is not started. */
export function openQueue(options: Partial<QueueRunnerOptions> & { dataDir?: string } = {}): Queue {
  const dataDir = options.dataDir ?? temporaryFolder()
  const db = options.db ?? openTemporary({ dataDir })
  const bus = new EventBus()
  const events: NumberedEvent[] = []
  bus.listen((event) => events.push(event))
  const engine = new FakeEngine()
  const store = new FakeStore(db)
  const settings = SettingsSchema.parse({})
  const jobs = commandsOn(db, bus)
  const unasked = (): never => {
    throw new Error('nothing is made again in this test')
  }
  const runner = new QueueRunner({
    db,
    bus,
    engine,
    store,
    inputs: { pathOf: (hash) => `/data/inputs/${hash}.png` },
    settings: { get: () => settings },
    reproduction: { request: unasked, finish: unasked, fail: unasked },
    ...options,
  })
  runners.push(runner)
  const items = (jobId: number): ItemView[] => jobs.items(jobId, 0, 1_000)
  return {
    dataDir,
    db,
    bus,
    events,
    jobs,
    runner,
    engine,
    store,
    settings,
    add: (prompts, changes) => addJob(jobs, prompts, changes),
    items,
    states: (jobId) =>
      items(jobId)
        .map(({ prompt, state }) => `${prompt}:${state}`)
        .join(' '),
    until: (holds) => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const look = (): void => {
        if (holds()) resolve(undefined)
      }
      const stop = bus.listen(look)
      look()
      return promise.finally(stop)
    },
  }
}

/** Commands without a runner: those of a guest, or of the studio itself. */
export function commandsOn(db: StudioDatabase, bus = new EventBus()): JobsService {
  return new JobsService({
    db,
    bus,
    models: { folderOf: () => ({ dir: MODEL_DIR, model: { sizeMultiplePx: 8 } as ModelView }) },
    inputs: {
      get: (hash) => {
        const input = db.read.inputs.find(hash)
        if (input === undefined) throw notFound('input', hash)
        return input
      },
    },
  })
}

function addJob(jobs: JobsService, prompts: string[], changes: Partial<NewJob> = {}): number {
  const items = prompts.map((prompt) => ({ prompt, negativePrompt: '' }))
  return jobs.add({ settings: {}, front: false, items, ...changes }).id
}

export function guestOf(queue: Queue): JobsService {
  return commandsOn(openTemporary({ dataDir: queue.dataDir, role: 'guest' }))
}

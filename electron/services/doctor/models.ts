/** The engine, the starter model, and the models in the list. */
import type { Finding } from '#shared/contract/studio.ts'
import { AppError, quoted } from '#shared/errors.ts'
import { VERSION } from '#shared/version.ts'
import type { StudioDatabase } from '../../db/studio-database.ts'
import type { ChildHandle } from '../../supervisor/child-handle.ts'
import { connectEngine } from '../../supervisor/engine-client.ts'
import { EventBus } from '../events/event-bus.ts'
import { findModelFolders } from '../models/find-model-folders.ts'
import { SettingsService } from '../settings/settings-service.ts'
import { bad, counted, good, warning } from './finding.ts'

/** Starts an engine of its own and lets it look at the starter model; one that is at work is not disturbed. */
export async function engine(startChild: () => ChildHandle, starterModelDir: string): Promise<Finding[]> {
  const client = await connectEngine(startChild())
  try {
    const { engineVersion, runtimeVersion, providers } = client
    const found = `starts; engine ${engineVersion}, ONNX Runtime ${runtimeVersion}; images are computed by: ${providers.join(', ')}`
    const started =
      engineVersion === VERSION
        ? good('engine', found)
        : bad('engine', `${found}, but this is Reprise ${VERSION}: both must come from one installation; install again`)
    return [started, await starter(client.inspect(starterModelDir))]
  } finally {
    await client.close()
  }
}

async function starter(inspected: ReturnType<Awaited<ReturnType<typeof connectEngine>>['inspect']>): Promise<Finding> {
  const advice = 'it is part of the installation: install Reprise again'
  try {
    const { name, problems } = await inspected
    if (problems.length === 0) return good('starter model', `${name} can be used`)
    return bad('starter model', `${problems[0].message}; ${advice}`)
  } catch (error) {
    return bad('starter model', `${AppError.from(error).message}; ${advice}`)
  }
}

/** As the last scan found them; their folders as they are now. */
export async function models(db: StudioDatabase): Promise<Finding[]> {
  const { modelFolders } = new SettingsService({ db, bus: new EventBus() }).get()
  const looked = await Promise.all(modelFolders.map((folder) => findModelFolders(folder)))
  const listed = db.read.models.list()
  const faulty = listed.filter(({ problem }) => problem !== null)
  return [
    good('models', `${counted(listed.length - faulty.length, 'model')} can be used, of ${listed.length} in the list`),
    ...faulty.map(({ name, path, problem }) =>
      warning('models', `${quoted(name)} in ${quoted(path)} cannot be used: ${problem ?? ''}`),
    ),
    ...looked.flatMap(({ problems }) => problems).map((problem) => warning('models', problem)),
  ]
}

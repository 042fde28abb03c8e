/**
 * Entry of the engine process, forked by electron/supervisor/node-child.ts.
 *
 * The parent owns this process: signals that the terminal sends to the whole process group are left to it, and
 * when its channel closes, for whatever reason, the engine ends too, so that no orphan goes on computing.
 */
import { inspectModelFolder } from '#engine/models/inspect.ts'
import { summarize } from '#engine/models/summarize.ts'
import { generate } from '#engine/pipelines/generate.ts'
import { PROVIDER } from '#engine/runtime/session.ts'
import { RUNTIME_VERSION } from '#engine/runtime/version.ts'
import { VERSION } from '#shared/version.ts'
import { connectParent } from './parent-process.ts'

connectParent({
  engineVersion: VERSION,
  runtimeVersion: RUNTIME_VERSION,
  providers: [PROVIDER],
  generate,
  inspect: async (modelDir) => summarize(await inspectModelFolder(modelDir)),
})

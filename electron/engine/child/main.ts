/**
 * Entry of the engine process, forked by electron/supervisor/node-child.ts.
 *
 * The parent owns this process: signals that the terminal sends to the whole process group are left to it, and
 * when its channel closes, for whatever reason, the engine ends too, so that no orphan goes on computing.
 */
import { inspectCheckpoint } from '#engine/checkpoints/inspect.ts'
import { summarize } from '#engine/checkpoints/summarize.ts'
import { generate } from '#engine/pipelines/generate.ts'
import { RUNTIME_VERSION } from '#engine/runtime/version.ts'
import { PROVIDERS } from '#shared/names.ts'
import { VERSION } from '#shared/version.ts'
import { connectParent } from './parent-process.ts'

connectParent({
  engineVersion: VERSION,
  runtimeVersion: RUNTIME_VERSION,
  providers: [...PROVIDERS],
  generate,
  inspect: async (modelDir) => summarize(await inspectCheckpoint(modelDir)),
})

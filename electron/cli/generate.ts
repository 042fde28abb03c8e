/** `reprise generate`: one run from the command line to the files, in an engine process of its own. */
import { resolve } from 'node:path'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { openImageFolder } from '../services/images/image-folder.ts'
import { connectEngine } from '../supervisor/engine-client.ts'
import { forkNodeChild } from '../supervisor/node-child.ts'
import type { GenerateOptions } from './generate-options.ts'
import { generationRequest } from './generation-request.ts'
import type { CliHost } from './host.ts'
import { createImageOutput } from './image-output.ts'
import { onInterrupt } from './interrupt.ts'
import { createProgress } from './progress.ts'
import { EXIT_CANCELLED, printNote } from './report-error.ts'
import { checkTracePath, createTrace } from './trace.ts'

export async function generate(args: readonly string[], options: GenerateOptions, host: CliHost): Promise<void> {
  const request = await generationRequest(args, options, host)
  const tracePath = options.trace === undefined ? undefined : resolve(host.workingDir, options.trace)
  if (tracePath !== undefined) await checkTracePath(tracePath)
  const folder = await openImageFolder(resolve(host.workingDir, options.out))

  const imageCount = request.items.length
  const progress = createProgress(host.stderr)
  const note = (message: string): void => {
    progress.around(() => {
      printNote(host, message)
    })
  }
  const saveFailed = new AbortController()
  const output = createImageOutput({
    folder,
    host,
    json: options.json ?? false,
    print: (line) => {
      progress.around(() => host.stdout.write(`${line}\n`))
    },
    onError: () => {
      saveFailed.abort()
    },
  })
  const trace = tracePath === undefined ? undefined : createTrace(imageCount)

  const child = forkNodeChild(host.engineEntry, {
    onOutput: host.debug ? (text) => host.stderr.write(text) : undefined,
  })
  const interrupt = onInterrupt({
    onFirst: () => {
      note('stopping after the running step; Ctrl-C once more ends at once')
    },
    onSecond: () => {
      child.kill()
      folder.discardUnfinished()
      progress.end()
      process.exit(EXIT_CANCELLED)
    },
  })

  const onEvent = (event: GenerationEvent): void => {
    if (event.type === 'plan') progress.plan(event.imageCount, event.stepsPerImage)
    if (event.type === 'warning') note(`warning: ${event.message}`)
    if (event.type === 'step') progress.step(event.items.length, event.step)
    if (event.type === 'image') {
      progress.image()
      output.add(event)
    }
    trace?.add(event)
  }
  const run = async (engineRequest: GenerationRequest): Promise<void> => {
    const engine = await connectEngine(child).catch((error: unknown) => {
      child.kill()
      throw error
    })
    try {
      await engine.generate(engineRequest, { onEvent, signal: AbortSignal.any([interrupt.signal, saveFailed.signal]) })
    } finally {
      await engine.close()
    }
  }

  const outcome = await run(request).then(
    () => undefined,
    (error: unknown) => AppError.from(error),
  )
  try {
    // images that arrived are kept whatever ended the run; failing to keep them is the better reason to name
    await output.finish()
    if (outcome) throw outcome
    if (trace && tracePath !== undefined) await trace.write(tracePath)
  } catch (error) {
    progress.end()
    throw withKept(AppError.from(error), output.savedCount, imageCount, options.out)
  } finally {
    progress.end()
    interrupt.release()
    await folder.removeIfUnused()
  }
}

/** The same error, its message saying what the run leaves behind. */
function withKept(error: AppError, savedCount: number, imageCount: number, dir: string): AppError {
  const kept =
    savedCount === 0 ? 'no image was finished' : `${savedCount} of ${imageCount} images are in ${quoted(dir)}`
  const message = error.code === 'cancelled' ? `stopped: ${kept}` : `${error.message.replace(/\.$/, '')}; ${kept}`
  // a request that was refused has made nothing, which need not be said
  if (savedCount === 0 && error.code !== 'cancelled') return error
  return new AppError(error.code, message, { data: { ...error.data, savedCount, imageCount }, cause: error })
}

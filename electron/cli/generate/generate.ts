/** `reprise generate`: one run from the command line to the files, in an engine process of its own. */
import { resolve } from 'node:path'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import { AppError, quoted } from '#shared/errors.ts'
import type { GenerationRequest } from '#shared/generation.ts'
import { openImageFolder, type ImageFolder } from '../../services/images/image-folder.ts'
import { connectEngine } from '../../supervisor/engine-client.ts'
import type { CliHost } from '../host.ts'
import { onInterrupt } from '../interrupt.ts'
import { createProgress, type Progress } from '../progress.ts'
import { printNote } from '../report-error.ts'
import { startEngine } from '../start-engine.ts'
import { dataDirOf } from '../with-guest.ts'
import type { GenerateOptions } from './generate-options.ts'
import { generationRequest } from './generation-request.ts'
import { createImageOutput } from './image-output.ts'
import { noRecording, startRecording, type Recording } from './recording.ts'
import { checkTracePath, createTrace } from './trace.ts'

export async function generate(args: readonly string[], options: GenerateOptions, host: CliHost): Promise<void> {
  const request = await generationRequest(args, options, host)
  const tracePath = options.trace === undefined ? undefined : resolve(host.workingDir, options.trace)
  if (tracePath !== undefined) await checkTracePath(tracePath)
  const folder = await openImageFolder(resolve(host.workingDir, options.out))
  const progress = createProgress(host.stderr)
  const note = (message: string): void => {
    progress.around(() => {
      printNote(host, message)
    })
  }
  try {
    const recording = await recordingFor(request, { options, host, note })
    try {
      await run({ ...request, items: recording.items }, { options, host, folder, recording, tracePath, progress, note })
    } finally {
      recording.close()
    }
  } finally {
    progress.end()
    await folder.removeIfUnused()
  }
}

interface RunContext {
  options: GenerateOptions
  host: CliHost
  folder: ImageFolder
  recording: Recording
  tracePath: string | undefined
  progress: Progress
  note: (message: string) => void
}

function recordingFor(
  { items, modelDir }: GenerationRequest,
  { options, host, note }: Pick<RunContext, 'options' | 'host' | 'note'>,
): Promise<Recording> {
  if (!options.history) return Promise.resolve(noRecording(items))
  return startRecording(items, {
    dataDir: dataDirOf(host, options),
    modelDir: modelDir === host.defaultModelDir ? undefined : modelDir,
    isRequired: options.dataDir !== undefined,
    note,
  })
}

async function run(request: GenerationRequest, context: RunContext): Promise<void> {
  const { options, host, folder, recording, tracePath, progress, note } = context
  const imageCount = request.items.length
  const saveFailed = new AbortController()
  const output = createImageOutput({
    folder,
    recording,
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

  const child = startEngine(host)
  const interrupt = onInterrupt({
    note,
    first: 'stopping after the running step',
    onSecond: () => {
      child.kill()
      folder.discardUnfinished()
      progress.end()
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
  const compute = async (): Promise<void> => {
    const engine = await connectEngine(child).catch((error: unknown) => {
      child.kill()
      throw error
    })
    try {
      await engine.generate(request, { onEvent, signal: AbortSignal.any([interrupt.signal, saveFailed.signal]) })
    } finally {
      await engine.close()
    }
  }

  const outcome = await compute().then(
    () => undefined,
    (error: unknown) => AppError.from(error),
  )
  try {
    // images that arrived are kept whatever ended the run; failing to keep them is the better reason to name
    await output.finish()
    if (outcome) throw outcome
    if (trace && tracePath !== undefined) {
      await trace.write(tracePath)
      // what a model without prompts is compared by, in the guides that it comes with
      if (request.items.every(({ prompt }) => prompt === '')) {
        trace.sums().forEach((sum, i) => {
          note(`sum of image ${i + 1}, before rounding: ${sum.toFixed(4)}`)
        })
      }
    }
  } catch (error) {
    throw withKept(AppError.from(error), output.savedCount, imageCount, options.out)
  } finally {
    interrupt.release()
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

/** Finished images on their way to files, and what is said about each. */
import { escapeControls } from '#shared/errors.ts'
import { stringifyExact } from '#shared/exact-json.ts'
import type { GenerationEvent } from '#shared/engine-protocol.ts'
import type { ImageFolder } from '../../services/images/image-folder.ts'
import { imageText } from '../../services/images/image-text.ts'
import { encodePng } from '../../services/images/png.ts'
import type { CliHost } from '../host.ts'
import { imagePathLine } from '../image-path-line.ts'
import type { Recording } from './recording.ts'

type ImageEvent = Extract<GenerationEvent, { type: 'image' }>

export interface ImageOutput {
  /** Begins to save an image; images may come in any order. */
  add(event: ImageEvent): void
  /** Waits until all are saved. @throws the first error of saving, if any */
  finish(): Promise<void>
  readonly savedCount: number
}

interface ImageOutputOptions {
  folder: ImageFolder
  recording: Recording
  host: CliHost
  json: boolean
  /** Prints one line to standard output. */
  print: (line: string) => void
  /** An image could not be saved: no use in making more. */
  onError: () => void
}

export function createImageOutput(options: ImageOutputOptions): ImageOutput {
  const { folder, recording, host, json, print, onError } = options
  const lines = inOrder(print)
  let failure: { error: unknown } | undefined
  let savedCount = 0
  // one after the other: files appear in order, and a full disk is met once
  let saving = Promise.resolve()

  const save = async (event: ImageEvent): Promise<void> => {
    if (failure) return
    try {
      const { widthPx, heightPx, pixels, settings } = event
      // first what the history says, then the file that others look at
      const id = await recording.add(event.item, event)
      const png = await encodePng({ widthPx, heightPx, pixels, text: imageText(settings) })
      const path = await folder.save(event.item, settings.seed, png)
      savedCount++
      lines.put(event.item, json ? jsonLine(id, path, event) : imagePathLine(path, { seed: settings.seed, id }, host))
    } catch (error) {
      failure = { error }
      onError()
    }
  }

  return {
    add: (event) => {
      saving = saving.then(() => save(event))
    },
    finish: async () => {
      await saving
      lines.flush()
      if (failure) throw failure.error
    },
    get savedCount() {
      return savedCount
    },
  }
}

function jsonLine(id: number | undefined, path: string, { pixelHash, settings }: ImageEvent): string {
  const { prompt, seed, widthPx: width, heightPx: height } = settings
  return escapeControls(stringifyExact({ id, path, prompt, seed, width, height, pixelHash, settings }))
}

/** Lines in the order of the images, whichever is finished first. */
function inOrder(print: (line: string) => void): { put(index: number, line: string): void; flush(): void } {
  const waiting = new Map<number, string>()
  let next = 0
  return {
    put(index, line) {
      waiting.set(index, line)
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        print(ready)
        waiting.delete(next++)
      }
    },
    flush() {
      for (const index of [...waiting.keys()].sort((a, b) => a - b)) print(waiting.get(index)!)
      waiting.clear()
    },
  }
}
